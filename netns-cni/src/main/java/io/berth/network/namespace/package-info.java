/** Network namespaces of pods: threads that go there, and the netlink sockets that they bring back. */
@NullMarked
package io.berth.network.namespace;

import org.jspecify.annotations.NullMarked;

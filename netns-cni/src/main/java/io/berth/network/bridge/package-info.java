/** The built-in network: a bridge on the host, a veth pair per pod. */
@NullMarked
package io.berth.network.bridge;

import org.jspecify.annotations.NullMarked;

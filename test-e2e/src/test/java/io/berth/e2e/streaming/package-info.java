/** Exec, attach and port-forward, by Kubernetes' own Go client and by the JDK's WebSocket. */
@NullMarked
package io.berth.e2e.streaming;

import org.jspecify.annotations.NullMarked;

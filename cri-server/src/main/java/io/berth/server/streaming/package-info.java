/**
 * The streams of Exec, Attach and PortForward: an HTTP server whose connections become SPDY/3.1 or WebSocket, as the
 * kubelet, kubectl and crictl speak it, and are coupled with what runs in a pod.
 */
@NullMarked
package io.berth.server.streaming;

import org.jspecify.annotations.NullMarked;

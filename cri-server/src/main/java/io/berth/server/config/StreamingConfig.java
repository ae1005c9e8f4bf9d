package io.berth.server.config;

import java.time.Duration;

/**
 * Where and how long streams of Exec, Attach and PortForward are served.
 *
 * @param port 0: one that the kernel chooses
 * @param connections most clients at a time
 * @param idleTimeout after which a connection that carries nothing is closed
 * @param creationTimeout from a connection's begin to its streams
 */
public record StreamingConfig(
        String address, int port, int connections, Duration idleTimeout, Duration creationTimeout) {
    static StreamingConfig read(Section section) {
        return new StreamingConfig(
                section.text("address", "127.0.0.1", """
                        The IP address on which streams of exec, attach and port-forward are served. Who reaches it
                        needs a URL's token too; the kubelet is on this machine.""", Check.IP_ADDRESS),
                section.integer("port", 0, 0, 65_535, """
                        Its port. 0: one that the kernel chooses when the first stream is asked for."""),
                section.integer("connections", 1024, 1, 1_000_000, """
                        Clients that may be connected at a time."""),
                section.duration("idle_timeout", "4h", "1s", "720h", """
                        A connection on which nothing moves for so long is closed, and its command killed."""),
                section.duration("creation_timeout", "30s", "100ms", "10m", """
                        How long a client may take to send its request, and then to open its streams."""));
    }
}

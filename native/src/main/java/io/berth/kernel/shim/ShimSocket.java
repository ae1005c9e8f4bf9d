package io.berth.kernel.shim;

import io.berth.kernel.Descriptor;
import io.berth.kernel.FileNames;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Connects to a shim's socket, in time. */
final class ShimSocket {
    private static final Duration RETRY = Duration.ofMillis(1);

    /** What the JDK says, in the C library's words, when the listener's backlog is full. */
    private static final String BACKLOG_FULL = "Resource temporarily unavailable";

    /** Bytes of a path that a {@code sockaddr_un} holds, without the NUL. */
    static final int ADDRESS_LIMIT = 107;

    private ShimSocket() {}

    /**
     * Returns a connected channel in non-blocking mode.
     *
     * @param end in the time of {@link System#nanoTime}
     * @param deadline the same, for the message
     */
    static SocketChannel connect(Path socket, long end, Duration deadline) {
        Path parent = socket.toAbsolutePath().getParent();
        if (parent == null || FileNames.encode(socket.toString()).length <= ADDRESS_LIMIT) {
            return connectTo(socket, socket, end, deadline);
        }
        // A socket's address is short; through a handle on its directory every path is.
        try (Descriptor directory = SystemCalls.real()
                .openat2(null, parent.toString(), OpenHow.place().withFlags(OpenHow.DIRECTORY))) {
            return connectTo(directory.procPath().resolve(socket.getFileName()), socket, end, deadline);
        } catch (SystemCallException failure) {
            throw new ShimUnavailable(
                    "connect to shim " + socket + ": " + failure.errno().text(), failure);
        }
    }

    private static SocketChannel connectTo(Path address, Path socket, long end, Duration deadline) {
        while (true) {
            String obstacle = "still connecting";
            try {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                boolean connected = false;
                try {
                    channel.configureBlocking(false);
                    connected = channel.connect(UnixDomainSocketAddress.of(address));
                    if (connected) {
                        return channel;
                    }
                } finally {
                    if (!connected) {
                        channel.close();
                    }
                }
            } catch (IOException failure) {
                obstacle = String.valueOf(failure.getMessage());
                if (!obstacle.contains(BACKLOG_FULL)) {
                    throw new ShimUnavailable("connect to shim " + socket + ": " + obstacle, failure);
                }
            }
            if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                throw new ShimDeadlineExceeded(
                        "connect to shim " + socket + ": " + obstacle + " after " + deadline.toMillis() + " ms");
            }
            LockSupport.parkNanos(RETRY.toNanos());
        }
    }
}

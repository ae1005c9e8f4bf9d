package io.berth.network;

import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.NamespaceCalls;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * TCP connections that begin inside a pod's network namespace. A socket belongs for good to the namespace that it was
 * made in: a thread goes there to make it, and ends; all else happens outside.
 */
public final class PodSockets {
    private static final String CONNECT = "connect to";
    private static final long STACK_BYTES = 256 * 1024;

    private PodSockets() {}

    /**
     * Connects to the first of these addresses that answers.
     *
     * @param namespace the path of the pod's network namespace; empty for the host's own
     * @param deadline for each address
     * @return in non-blocking mode, the caller's to close
     */
    public static Descriptor connect(String namespace, List<InetAddress> addresses, int port, Duration deadline) {
        SystemCalls calls = SystemCalls.real();
        NetworkException refused = null;
        for (InetAddress address : addresses) {
            try {
                return connect(calls, namespace, address, port, deadline);
            } catch (SystemCallException failure) {
                // The first one's answer is what most people mean.
                refused = refused == null ? failed(address, port, failure) : refused;
            }
        }
        throw refused == null
                ? new NetworkException(
                        NetworkException.Kind.INVALID_ARGUMENT, CONNECT, "port " + port, "no address is given")
                : refused;
    }

    private static Descriptor connect(
            SystemCalls calls, String namespace, InetAddress address, int port, Duration deadline) {
        int family = address.getAddress().length == 4 ? SocketCalls.INET : SocketCalls.INET6;
        Descriptor socket = namespace.isEmpty()
                ? calls.socket(family, SocketCalls.STREAM, 0)
                : socketInside(calls, namespace, family);
        try {
            calls.setSendTimeout(socket, deadline);
            calls.connectInternet(socket, address, port);
            calls.setNonBlocking(socket);
            return socket;
        } catch (RuntimeException failure) {
            socket.close();
            throw failure;
        }
    }

    private static Descriptor socketInside(SystemCalls calls, String namespace, int family) {
        CompletableFuture<Descriptor> made = new CompletableFuture<>();
        try (Descriptor inside = calls.openat2(null, namespace, OpenHow.reading())) {
            Thread.ofPlatform()
                    .name("netns-visit")
                    .stackSize(STACK_BYTES)
                    .daemon()
                    .start(() -> {
                        try {
                            calls.setns(inside, NamespaceCalls.NETWORK);
                            made.complete(calls.socket(family, SocketCalls.STREAM, 0));
                        } catch (RuntimeException | Error failure) {
                            made.completeExceptionally(failure);
                        }
                    });
            // Neither of its calls waits for anything.
            return made.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failure;
        }
    }

    private static NetworkException failed(InetAddress address, int port, SystemCallException failure) {
        Errno errno = failure.errno();
        boolean late = errno == Errno.EINPROGRESS || errno == Errno.EAGAIN || errno == Errno.ETIMEDOUT;
        return new NetworkException(
                late ? NetworkException.Kind.DEADLINE_EXCEEDED : NetworkException.Kind.FAILED_PRECONDITION,
                CONNECT,
                address.getHostAddress() + " port " + port,
                late ? "no answer" : errno.text(),
                errno.name(),
                failure);
    }
}

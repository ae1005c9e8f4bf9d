package io.berth.network.namespace;

import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.FileStatus;
import io.berth.kernel.NamespaceCalls;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import io.berth.network.NetworkException;
import io.berth.network.netlink.NetlinkSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A pod's network namespace, held open, and a netlink socket inside it. A thread that does nothing else goes there to
 * open the socket: no other thread ever changes namespace. The socket stays.
 */
public final class PodNamespace implements AutoCloseable {
    static final String OWN = "/proc/thread-self/ns/net";
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final String path;
    private final Descriptor descriptor;
    private final CompletableFuture<NetlinkSocket> socket = new CompletableFuture<>();

    private PodNamespace(String path, Descriptor descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /** What tells the calling thread's own namespace from others. */
    public static FileStatus own(SystemCalls calls) {
        try (Descriptor own = calls.openat2(null, OWN, OpenHow.reading())) {
            return calls.fstat(own);
        }
    }

    /**
     * Opens the namespace and has a thread visit it; {@link #socket} waits for that.
     *
     * @param host the host's namespace, which no pod may have
     */
    public static PodNamespace open(SystemCalls calls, NamespaceVisitors visitors, String path, FileStatus host) {
        Descriptor descriptor;
        try {
            descriptor = calls.openat2(null, path, OpenHow.reading());
        } catch (SystemCallException failure) {
            throw failed("open network namespace", path, failure);
        }
        try {
            FileStatus status = calls.fstat(descriptor);
            if (status.inode() == host.inode() && status.device() == host.device()) {
                throw new NetworkException(
                        NetworkException.Kind.INVALID_ARGUMENT,
                        "open network namespace",
                        path,
                        "it is the host's own: a pod on the host's network is not attached");
            }
            PodNamespace namespace = new PodNamespace(path, descriptor);
            visitors.send(() -> namespace.visit(calls));
            return namespace;
        } catch (RuntimeException failure) {
            descriptor.close();
            throw failure;
        }
    }

    /** For {@code IFLA_NET_NS_FD}. */
    public int descriptorNumber() {
        return descriptor.number();
    }

    /** The socket inside; waits until it is there. */
    public NetlinkSocket socket() {
        try {
            return socket.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof SystemCallException refused) {
                throw failed("enter network namespace", path, refused);
            }
            if (failure.getCause() instanceof NetworkException refused) {
                throw refused;
            }
            throw new NetworkException(
                    NetworkException.Kind.INTERNAL,
                    "enter network namespace",
                    path,
                    String.valueOf(failure.getCause()),
                    failure);
        } catch (TimeoutException slow) {
            throw new NetworkException(
                    NetworkException.Kind.DEADLINE_EXCEEDED,
                    "enter network namespace",
                    path,
                    "not done within " + DEADLINE.toSeconds() + " s",
                    slow);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NetworkException(
                    NetworkException.Kind.INTERNAL, "enter network namespace", path, "interrupted", interrupted);
        }
    }

    /** Closes the descriptors, once the visitor no longer needs them. */
    @Override
    public void close() {
        var _ = socket.whenComplete((opened, failure) -> {
            if (opened != null) {
                opened.close();
            }
            descriptor.close();
        });
    }

    private void visit(SystemCalls calls) {
        try {
            calls.setns(descriptor, NamespaceCalls.NETWORK);
            socket.complete(NetlinkSocket.open(calls, SocketCalls.NETLINK_ROUTE));
        } catch (Throwable failure) {
            socket.completeExceptionally(failure);
        }
    }

    private static NetworkException failed(String operation, String path, SystemCallException failure) {
        boolean wrongPath =
                failure.errno() == Errno.ENOENT || failure.errno() == Errno.EINVAL || failure.errno() == Errno.ESRCH;
        return new NetworkException(
                wrongPath ? NetworkException.Kind.FAILED_PRECONDITION : NetworkException.Kind.INTERNAL,
                operation,
                path,
                failure.errno().name() + " (" + failure.errno().text() + ")"
                        + (failure.errno() == Errno.EINVAL ? ": not a network namespace" : ""),
                failure.errno().name(),
                failure);
    }
}

package io.berth.network.bridge;

import io.berth.kernel.Descriptor;
import io.berth.kernel.NamespaceCalls;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCalls;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A network namespace for a test; it ends with {@link #close} and the last socket and link in it. */
public final class NetworkNamespace implements AutoCloseable {
    private static final SystemCalls CALLS = SystemCalls.real();

    private final Descriptor descriptor;

    private NetworkNamespace(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Whether tests may make namespaces; for {@code @EnabledIf}. */
    public static boolean available() {
        try (NetworkNamespace made = create()) {
            return made.descriptor.number() >= 0;
        } catch (Exception refused) {
            return false;
        }
    }

    public static NetworkNamespace create() throws Exception {
        return new NetworkNamespace(inThread(() -> {
            CALLS.unshare(NamespaceCalls.NETWORK);
            return CALLS.openat2(null, "/proc/thread-self/ns/net", OpenHow.reading());
        }));
    }

    public String path() {
        return descriptor.procPath().toString();
    }

    /** Runs a piece of the test inside, on a thread of its own; threads that it starts are inside too. */
    public <T> T call(Callable<T> work) throws Exception {
        return inThread(() -> {
            CALLS.setns(descriptor, NamespaceCalls.NETWORK);
            return work.call();
        });
    }

    public void run(Work work) throws Exception {
        call(() -> {
            work.run();
            return true;
        });
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private static <T> T inThread(Callable<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().name("test-netns").daemon().start(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        try {
            return result.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Exception exception) {
                throw exception;
            }
            if (failure.getCause() instanceof Error error) {
                throw error;
            }
            throw failure;
        } catch (TimeoutException slow) {
            throw new AssertionError("not done within 60 s", slow);
        }
    }

    /** Test code that may throw. */
    public interface Work {
        void run() throws Exception;
    }
}

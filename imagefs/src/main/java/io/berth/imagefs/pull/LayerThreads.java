package io.berth.imagefs.pull;

import io.berth.imagefs.ImageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The few threads that unpack layers, shared by all pulls; none of them lives on when there is nothing to do. */
final class LayerThreads implements AutoCloseable {
    private static final int LONGEST_QUEUE = 10_000;

    private final ThreadPoolExecutor executor;
    private final Duration deadline;

    LayerThreads(int count, Duration deadline) {
        this.deadline = deadline;
        this.executor = new ThreadPoolExecutor(
                count,
                count,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(LONGEST_QUEUE),
                Thread.ofPlatform().daemon().name("image-layer-", 0).factory());
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Begins the layers of one pull.
     *
     * @param interrupter ends what they wait for, when one of them has failed
     */
    Group group(Runnable interrupter) {
        return new Group(interrupter);
    }

    /**
     * The layers of one pull: all done, or all ended at the first failure. {@link #run} and {@link #await} for one
     * thread.
     */
    final class Group {
        private final Runnable interrupter;
        private final List<Future<?>> tasks = new ArrayList<>();
        private volatile boolean cancelled;
        private @Nullable ImageException failure;

        private Group(Runnable interrupter) {
            this.interrupter = interrupter;
        }

        boolean isCancelled() {
            return cancelled;
        }

        void run(Runnable task) {
            try {
                tasks.add(executor.submit(() -> {
                    if (!cancelled) {
                        guard(task);
                    }
                }));
            } catch (RejectedExecutionException e) {
                fail(new ImageException(
                        executor.isShutdown() ? ImageException.Kind.CANCELLED : ImageException.Kind.LIMIT_EXCEEDED,
                        executor.isShutdown() ? "the image store is closing" : "too many layers are being pulled",
                        e));
            }
        }

        /**
         * Waits until no task runs any more, and throws the first failure.
         *
         * @param eachSecond run now and then meanwhile
         */
        void await(Runnable eachSecond) {
            long end = System.nanoTime() + deadline.toNanos();
            boolean interrupted = false;
            for (Future<?> task : tasks) {
                while (!task.isDone()) {
                    try {
                        task.get(1, TimeUnit.SECONDS);
                    } catch (TimeoutException _) {
                        eachSecond.run();
                        if (System.nanoTime() > end) {
                            fail(new ImageException(
                                    ImageException.Kind.DEADLINE_EXCEEDED,
                                    "the pull took longer than " + deadline.toSeconds() + " s"));
                        } else if (executor.isShutdown()) {
                            fail(new ImageException(ImageException.Kind.CANCELLED, "the image store is closing"));
                        }
                    } catch (InterruptedException e) {
                        interrupted = true;
                        fail(new ImageException(ImageException.Kind.CANCELLED, "the pull was interrupted", e));
                    } catch (ExecutionException | CancellationException e) {
                        fail(new ImageException(ImageException.Kind.STORAGE, String.valueOf(e.getMessage()), e));
                    }
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            ImageException first = failure();
            if (first != null) {
                throw first;
            }
        }

        private void guard(Runnable task) {
            try {
                task.run();
            } catch (ImageException e) {
                fail(e);
            } catch (RuntimeException | Error e) {
                fail(new ImageException(ImageException.Kind.STORAGE, "unpacking a layer: " + e, e));
            }
        }

        private synchronized @Nullable ImageException failure() {
            return failure;
        }

        private void fail(ImageException cause) {
            synchronized (this) {
                if (failure != null) {
                    return;
                }
                failure = cause;
                cancelled = true;
            }
            interrupter.run();
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}

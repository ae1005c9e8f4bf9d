package io.berth.e2e.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/** Does the same thing many times with some threads, and waits until all is done. */
final class Workers {
    private Workers() {}

    /** Calls with each index from 0 on; the first failure ends it. */
    static void run(int workers, int count, IntConsumer work) {
        collect(workers, count, index -> {
            work.accept(index);
            return index;
        });
    }

    /** As {@link #run}, and returns what came out, in any order. */
    static <T> List<T> collect(int workers, int count, IntFunction<T> work) {
        return collectWhile(workers, count, () -> true, work);
    }

    /** As {@link #collect}, and begins nothing more once the condition does not hold. */
    static <T> List<T> collectWhile(int workers, int count, BooleanSupplier condition, IntFunction<T> work) {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger threads = new AtomicInteger();
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                workers,
                workers,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(workers),
                task -> new Thread(task, "worker-" + threads.incrementAndGet()));
        try {
            List<Callable<List<T>>> tasks = new ArrayList<>();
            for (int worker = 0; worker < workers; worker++) {
                tasks.add(() -> {
                    List<T> own = new ArrayList<>();
                    try {
                        for (int index = next.getAndIncrement();
                                index < count && condition.getAsBoolean();
                                index = next.getAndIncrement()) {
                            own.add(work.apply(index));
                        }
                    } catch (RuntimeException failure) {
                        next.set(count);
                        throw failure;
                    }
                    return own;
                });
            }
            List<T> all = new ArrayList<>();
            for (Future<List<T>> future : executor.invokeAll(tasks)) {
                all.addAll(future.get());
            }
            return all;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while working", interrupted);
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure.getCause());
        } finally {
            executor.shutdown();
        }
    }
}

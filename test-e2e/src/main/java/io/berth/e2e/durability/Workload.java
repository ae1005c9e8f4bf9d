package io.berth.e2e.durability;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.pod.PodPlan;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Pulls, creates and removes at random, on a few threads at once, until the daemon is gone. */
final class Workload {
    private static final int PULLERS = 2;
    private static final int RUNNERS = 2;
    private static final AtomicInteger PODS = new AtomicInteger();

    private final CriClient client;
    private final Images images;
    private final Path logs;
    private final BooleanSupplier over;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final AtomicInteger steps = new AtomicInteger();

    /**
     * Prepares.
     *
     * @param logs where logs of containers go
     * @param over whether failures are to be expected by now
     */
    Workload(CriClient client, Images images, Path logs, BooleanSupplier over) {
        this.client = client;
        this.images = images;
        this.logs = logs;
        this.over = over;
    }

    Workload start(Random random) {
        for (int i = 0; i < PULLERS; i++) {
            begin("pulling-" + i, new Random(random.nextLong()), this::pullOrRemove);
        }
        for (int i = 0; i < RUNNERS; i++) {
            begin("running-" + i, new Random(random.nextLong()), this::liveAndDie);
        }
        return this;
    }

    /** Waits until every thread has found the daemon gone; returns what failed before it went. */
    List<String> join() {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        return List.copyOf(surprises);
    }

    /** What was done so far. */
    int steps() {
        return steps.get();
    }

    private interface Step {
        void run(Random random);
    }

    private void begin(String name, Random random, Step step) {
        threads.add(Thread.ofPlatform().name(name).start(() -> {
            while (!over.getAsBoolean()) {
                try {
                    step.run(random);
                    steps.incrementAndGet();
                } catch (StatusRuntimeException failure) {
                    if (failure.getStatus().getCode() == Code.UNAVAILABLE) {
                        return;
                    }
                    if (!isOrdinary(failure) && !over.getAsBoolean()) {
                        surprises.add(name + ": " + failure.getMessage());
                    }
                }
            }
        }));
    }

    /** An image may be removed by one thread while another is about to use it. */
    private static boolean isOrdinary(StatusRuntimeException failure) {
        return failure.getStatus().getCode() == Code.NOT_FOUND
                || failure.getStatus().getCode() == Code.FAILED_PRECONDITION;
    }

    private void pullOrRemove(Random random) {
        CargoImage image = images.any(random);
        if (random.nextInt(5) < 3) {
            images.pull(client, image);
        } else {
            images.remove(client, image);
        }
    }

    private void liveAndDie(Random random) {
        Pod pod = new PodPlan(client, logs, "work-" + PODS.incrementAndGet()).run();
        try {
            for (int i = 0; i < 2; i++) {
                PodContainer container = pod.container("main-" + i, images.reference(images.any(random)))
                        .command("sh", "-c", "echo written >/own/written && exec sleep 1000")
                        .create();
                if (random.nextInt(4) > 0) {
                    container.start();
                }
                if (random.nextBoolean()) {
                    container.stop(0).remove();
                }
            }
        } catch (StatusRuntimeException failure) {
            if (!isOrdinary(failure)) {
                throw failure;
            }
        }
        if (random.nextInt(3) > 0) {
            pod.stop().remove();
        }
    }
}

package io.berth.server.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<String> begun = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        gate.countDown();
        threads.shutdownNow();
    }

    @Test
    void workBeginsInItsOrder() throws InterruptedException {
        // One place: two that begin at about the same time could be written down in any order.
        try (Turns turns = new Turns(threads, 1, 100, LONG)) {
            List<String> taken = new ArrayList<>();
            CountDownLatch all = new CountDownLatch(50);
            for (int i = 0; i < 50; i++) {
                String name = Integer.toString(i);
                taken.add(name);
                turns.of(() -> {
                            awaitGate();
                            begun.add(name);
                            all.countDown();
                        })
                        .take();
            }
            gate.countDown();
            assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(begun).containsExactlyElementsOf(taken);
        }
    }

    @Test
    void neverMoreWorkRunsThanThereArePlaces() throws InterruptedException {
        try (Turns turns = new Turns(threads, 2, 100, LONG)) {
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CountDownLatch all = new CountDownLatch(50);
            for (int i = 0; i < 50; i++) {
                turns.of(() -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            begun.add("one");
                            awaitGate();
                            running.decrementAndGet();
                            all.countDown();
                        })
                        .take();
            }
            waitUntilBegun(2);
            gate.countDown();
            assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(most).hasValue(2);
        }
    }

    @Test
    void whoWithdrawsNeverBegins() throws InterruptedException {
        try (Turns turns = new Turns(threads, 1, 100, LONG)) {
            turns.of(this::awaitGate).take();
            Turns.Turn given = turns.of(() -> begun.add("given up"));
            given.take();
            CountDownLatch done = new CountDownLatch(1);
            turns.of(done::countDown).take();
            given.withdraw();
            gate.countDown();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(begun).isEmpty();
        }
    }

    @Test
    void workThatWaitsForSomethingHoldsNobodyUpForLong() throws InterruptedException {
        try (Turns turns = new Turns(threads, 1, 100, Duration.ofMillis(20))) {
            for (int i = 0; i < 3; i++) {
                turns.of(this::awaitGate).take();
            }
            CountDownLatch done = new CountDownLatch(1);
            turns.of(done::countDown).take();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aPlaceThatWasGivenUpIsNotGivenTwice() throws InterruptedException {
        try (Turns turns = new Turns(threads, 1, 100, Duration.ofSeconds(1))) {
            CountDownLatch second = new CountDownLatch(1);
            turns.of(this::awaitGate).take();
            turns.of(() -> {
                        begun.add("second");
                        await(second);
                    })
                    .take();
            waitUntilBegun(1);
            gate.countDown();
            turns.of(() -> begun.add("third")).take();
            Thread.sleep(50);
            assertThat(begun).containsExactly("second");
            second.countDown();
            waitUntilBegun(2);
        }
    }

    @Test
    void theQueueIsBounded() {
        try (Turns turns = new Turns(threads, 1, 2, LONG)) {
            for (int i = 0; i < 3; i++) {
                turns.of(this::awaitGate).take();
            }
            Turns.Turn fourth = turns.of(() -> {});
            assertThatThrownBy(fourth::take).isInstanceOf(RejectedExecutionException.class);
        }
    }

    private void waitUntilBegun(int count) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (begun.size() < count && System.nanoTime() < end) {
            Thread.sleep(1);
        }
        assertThat(begun).hasSizeGreaterThanOrEqualTo(count);
    }

    private void awaitGate() {
        await(gate);
    }

    private static void await(CountDownLatch latch) {
        try {
            boolean _ = latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

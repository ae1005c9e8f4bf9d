package io.berth.server.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HandOverQueueTest {
    private static final Runnable TASK = new Task("one");

    private record Task(String name) implements Runnable {
        @Override
        public void run() {}
    }

    private final HandOverQueue queue = new HandOverQueue();

    @Test
    void nothingIsTakenWhereNobodyWaits() {
        assertThat(queue.offer(TASK)).isFalse();
        assertThat(queue).isEmpty();
    }

    @Test
    void whatIsPutWaitsInOrder() throws InterruptedException {
        Runnable other = new Task("other");
        queue.put(TASK);
        queue.put(other);
        assertThat(queue).containsExactly(TASK, other);
        assertThat(queue.poll(1, TimeUnit.SECONDS)).isSameAs(TASK);
        assertThat(queue.poll()).isSameAs(other);
        assertThat(queue.poll()).isNull();
    }

    @Test
    void theThreadThatBecameIdleLastGetsTheTask() throws Exception {
        Waiter first = new Waiter(20_000);
        Waiter second = new Waiter(20_000);
        assertThat(queue.offer(TASK)).isTrue();
        assertThat(second.got.get()).isSameAs(TASK);
        assertThat(first.got).isNotDone();
        assertThat(queue.offer(TASK)).isTrue();
        assertThat(first.got.get()).isSameAs(TASK);
        assertThat(queue.offer(TASK)).as("nobody waits any more").isFalse();
    }

    @Test
    void whoHasWaitedLongEnoughGetsNothing() throws Exception {
        Waiter waiter = new Waiter(50);
        assertThat(waiter.got.get()).isNull();
        assertThat(queue.offer(TASK)).isFalse();
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        Waiter waiter = new Waiter(20_000);
        waiter.thread.interrupt();
        assertThatThrownBy(waiter.got::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(queue.offer(TASK)).isFalse();
    }

    @Test
    void whatWaitsCanBeTakenOut() {
        queue.put(TASK);
        List<Runnable> left = new ArrayList<>();
        assertThat(queue.drainTo(left)).isEqualTo(1);
        assertThat(left).containsExactly(TASK);
        assertThat(queue).isEmpty();
    }

    /** A thread that asks for a task, and waits by the time that it is made. */
    private final class Waiter {
        final CompletableFuture<Runnable> got = new CompletableFuture<>();
        final Thread thread;

        Waiter(long milliseconds) throws InterruptedException {
            thread = Thread.ofPlatform().daemon().name("waiter").start(() -> {
                try {
                    got.complete(queue.poll(milliseconds, TimeUnit.MILLISECONDS));
                } catch (InterruptedException interrupted) {
                    got.completeExceptionally(interrupted);
                }
            });
            while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
                Thread.sleep(Duration.ofMillis(1));
            }
        }
    }
}

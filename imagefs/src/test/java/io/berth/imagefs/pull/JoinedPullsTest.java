package io.berth.imagefs.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.ImageException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class JoinedPullsTest {
    private final JoinedPulls<String, Waiting, String> pulls = new JoinedPulls<>(Duration.ofSeconds(20));
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final CountDownLatch goOn = new CountDownLatch(1);

    private final class Waiting implements JoinedPulls.Work<String> {
        Waiting(String key) {
            begun.incrementAndGet();
        }

        @Override
        public String run() {
            try {
                goOn.await();
                return "done";
            } catch (InterruptedException e) {
                throw new ImageException(ImageException.Kind.CANCELLED, "interrupted", e);
            }
        }

        @Override
        public void cancel() {
            cancelled.incrementAndGet();
        }
    }

    private record Caller(FutureTask<String> outcome, Thread thread) {}

    private Caller caller(int expected) throws InterruptedException {
        FutureTask<String> outcome = new FutureTask<>(() -> pulls.join("image", Waiting::new));
        Thread thread = Thread.ofPlatform().daemon().name("caller").start(outcome);
        while (pulls.underWay((work, callers) -> callers).stream().noneMatch(callers -> callers == expected)) {
            Thread.sleep(1);
        }
        return new Caller(outcome, thread);
    }

    @Test
    void itGoesOnForTheOthersWhenTheFirstCallerGoes() throws Exception {
        Caller first = caller(1);
        Caller second = caller(2);
        first.thread().interrupt();
        assertThatThrownBy(() -> first.outcome().get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.CANCELLED));
        goOn.countDown();
        assertThat(second.outcome().get(10, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(begun).hasValue(1);
        assertThat(cancelled).hasValue(0);
    }

    @Test
    void itIsCancelledWhenTheLastCallerGoes() throws Exception {
        Caller first = caller(1);
        Caller second = caller(2);
        first.thread().interrupt();
        second.thread().interrupt();
        first.thread().join();
        second.thread().join();
        assertThat(cancelled).hasValue(1);
        while (!pulls.isIdle()) {
            Thread.sleep(1);
        }
        assertThat(pulls.underWay((work, callers) -> callers)).isEmpty();
        // Who comes now begins anew.
        Caller third = caller(1);
        goOn.countDown();
        assertThat(third.outcome().get(10, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(begun).hasValue(2);
    }
}

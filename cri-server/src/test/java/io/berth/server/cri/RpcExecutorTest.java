package io.berth.server.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RpcExecutorTest {
    private final RpcExecutor executor = new RpcExecutor(3, 2);
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void close() {
        gate.countDown();
        executor.close();
    }

    @Test
    void anIdleThreadIsUsedBeforeANewOneIsMade() throws InterruptedException {
        Set<String> names = Collections.synchronizedSet(new HashSet<>());
        for (int i = 0; i < 20; i++) {
            CountDownLatch done = new CountDownLatch(1);
            executor.execute(() -> {
                names.add(Thread.currentThread().getName());
                done.countDown();
            });
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            Thread.sleep(5); // until it waits for work again
        }
        assertThat(names).hasSizeLessThanOrEqualTo(2).contains("rpc-1");
    }

    @Test
    void threadsThenQueueThenRefusal() throws InterruptedException {
        CountDownLatch all = new CountDownLatch(5);
        for (int i = 0; i < 5; i++) {
            executor.execute(() -> {
                awaitGate();
                all.countDown();
            });
        }
        assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        gate.countDown();
        assertThat(all.await(10, TimeUnit.SECONDS)).as("queued calls run too").isTrue();
    }

    @Test
    void aClosedPoolRefuses() {
        executor.close();
        assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    private void awaitGate() {
        try {
            gate.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.berth.imagefs.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.SnapshotUsage;
import io.berth.imagefs.Usage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UsageSamplerTest {
    private final Map<String, Usage> disk = new ConcurrentHashMap<>();
    private final AtomicInteger walks = new AtomicInteger();
    private final UsageSampler sampler = new UsageSampler(key -> {
        walks.incrementAndGet();
        Usage usage = disk.get(key);
        if (usage == null) {
            throw new ImageException(ImageException.Kind.UNAVAILABLE, "cannot count " + key);
        }
        return usage;
    });

    @AfterEach
    void close() {
        sampler.close();
    }

    @Test
    void aListIsAnsweredWithoutAWalkOnceCounted() {
        disk.put("a", new Usage(10, 1));
        sampler.add("a");
        SnapshotUsage first = sampler.last("a").orElseThrow();
        int walked = walks.get();
        disk.put("a", new Usage(20, 2));
        for (int ask = 0; ask < 1000; ask++) {
            assertThat(sampler.last("a")).contains(first);
        }
        assertThat(walks.get()).isEqualTo(walked);
        assertThat(sampler.notOlderThan("a", Duration.ZERO).orElseThrow().bytes())
                .isEqualTo(20);
    }

    @Test
    void layersAreCountedBeforeAnybodyAsks() throws Exception {
        disk.put("a", new Usage(10, 1));
        disk.put("b", new Usage(30, 3));
        sampler.add("a");
        sampler.add("b");
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (walks.get() < 2 && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        Thread.sleep(50);
        int walked = walks.get();
        assertThat(sampler.total().orElseThrow().usage()).isEqualTo(new Usage(40, 4));
        assertThat(walks.get()).as("walks to answer").isEqualTo(walked);
    }

    @Test
    void aLayerThatIsNewIsLeftAloneUntilSomebodyAsks() throws Exception {
        disk.put("a", new Usage(10, 1));
        sampler.add("a");
        Thread.sleep(2_000);
        assertThat(walks.get()).isZero();
        assertThat(sampler.last("a").orElseThrow().bytes()).isEqualTo(10);
    }

    @Test
    void theTimestampIsThatOfTheCount() throws Exception {
        disk.put("a", new Usage(10, 1));
        sampler.add("a");
        long before = System.currentTimeMillis() * 1_000_000;
        long counted = sampler.notOlderThan("a", Duration.ZERO).orElseThrow().timestamp();
        assertThat(counted).isGreaterThanOrEqualTo(before);
        Thread.sleep(20);
        assertThat(sampler.last("a").orElseThrow().timestamp()).isEqualTo(counted);
    }

    @Test
    void aLayerThatIsGoneOrNeverWasHasNoSize() {
        disk.put("a", new Usage(10, 1));
        sampler.add("a");
        sampler.remove("a");
        assertThat(sampler.last("a")).isEmpty();
        assertThat(sampler.total()).isEmpty();
    }

    @Test
    void aLayerThatCannotBeCountedSaysSo() {
        sampler.add("broken");
        assertThatThrownBy(() -> sampler.last("broken")).hasMessageContaining("cannot count broken");
        assertThatThrownBy(sampler::total).hasMessageContaining("cannot count broken");
    }
}

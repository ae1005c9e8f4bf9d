package io.berth.imagefs.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.Hash;
import io.berth.imagefs.content.Hashes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BufferRingTest {
    private static final int LENGTH = 8 << 20;
    private static final int BUFFER = 64 << 10;

    private final Hashes hashes = new Hashes();

    @Test
    void layersOfSeveralThreadsAreHashedAsIfEachWereAlone() throws Exception {
        List<Future<Boolean>> right = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(5)) {
            for (int seed = 0; seed < 20; seed++) {
                byte[] content = content(seed);
                right.add(threads.submit(() -> throughTheRing(content).equals(Digest.of(content))));
            }
            for (Future<Boolean> one : right) {
                assertThat(one.get()).isTrue();
            }
        }
    }

    @Test
    void aLayerThatIsGivenUpHoldsUpNoOther() throws Exception {
        byte[] content = content(1);
        try (Hash abandoned = hashes.like(Digest.of(content), LENGTH)) {
            abandoned.update(ByteBuffer.allocateDirect(BUFFER));
        }
        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThat(throughTheRing(content)).isEqualTo(Digest.of(content)));
    }

    @Test
    void manySmallPiecesAreTakenInAsTheyCome() {
        byte[] content = content(2);
        try (Hash hash = hashes.like(Digest.of(content), LENGTH)) {
            ByteBuffer all = ByteBuffer.allocateDirect(LENGTH).put(content);
            for (int at = 0; at < LENGTH; at += 1000) {
                hash.update(all.slice(at, Math.min(1000, LENGTH - at)));
            }
            assertThat(hash.finish()).isEqualTo(Digest.of(content));
        }
    }

    /** Each buffer is written over as soon as the ring gives it out again. */
    private Digest throughTheRing(byte[] content) {
        Random sizes = new Random(content[0]);
        try (Hash hash = hashes.like(Digest.of(content), content.length)) {
            AtomicInteger at = new AtomicInteger();
            BufferRing ring = new BufferRing(hash, at::get, () -> ByteBuffer.allocateDirect(BUFFER));
            while (at.get() < content.length) {
                ByteBuffer buffer = ring.get();
                int n = Math.min(1 + sizes.nextInt(BUFFER), content.length - at.get());
                hash.update(buffer.put(content, at.get(), n).flip());
                at.addAndGet(n);
            }
            return hash.finish();
        }
    }

    private static byte[] content(int seed) {
        byte[] content = new byte[LENGTH];
        new Random(seed).nextBytes(content);
        return content;
    }
}

package io.berth.kernel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Sha256LaneTest {
    @Test
    void isThereWhereTheProcessorHasInstructionsForIt() throws IOException {
        assertThat(Sha256Lane.create().isPresent()).isEqualTo(processorHasThem());
    }

    @Test
    void twoStreamsAtATimeHashAsTheJdkDoes() throws IOException, GeneralSecurityException {
        assumeThat(processorHasThem()).isTrue();
        Sha256Lane one = Sha256Lane.create().orElseThrow();
        Sha256Lane other = Sha256Lane.create().orElseThrow();
        ByteBuffer bytes = random(100_003);
        ByteBuffer others = random(70_001);
        one.offer(bytes);
        other.offer(others);
        one.takeWith(other);
        assertThat(other.left()).isZero();
        assertThat(one.left()).isBetween(30_000, 30_100);
        other.offer(bytes.slice(0, 777));
        other.takeWith(one);
        one.take();
        assertThat(one.finish()).isEqualTo(hash(bytes));
        assertThat(other.finish()).isEqualTo(hash(others, bytes.slice(0, 777)));
        assertThat(bytes.position()).isZero();
    }

    private static boolean processorHasThem() throws IOException {
        return Files.readString(Path.of("/proc/cpuinfo")).contains(" sha_ni");
    }

    private static ByteBuffer random(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return ByteBuffer.allocateDirect(length).put(content).flip();
    }

    private static byte[] hash(ByteBuffer... pieces) throws GeneralSecurityException {
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        for (ByteBuffer piece : pieces) {
            hash.update(piece.duplicate());
        }
        return hash.digest();
    }
}

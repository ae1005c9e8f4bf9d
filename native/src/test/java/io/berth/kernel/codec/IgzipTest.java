package io.berth.kernel.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgzipTest {
    private static final int HEADER = 10;

    private Igzip igzip;

    @BeforeEach
    void load() {
        Optional<Igzip> made = Igzip.create();
        assumeThat(made).as("libisal is installed").isPresent();
        igzip = made.orElseThrow();
    }

    @AfterEach
    void free() {
        if (igzip != null) {
            igzip.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "7,13", "4096,65536", "100000,100"})
    void inflatesWhateverThePiecesAre(int sourcePiece, int targetPiece) throws IOException, DataFormatException {
        byte[] content = content(300_000);
        byte[] packed = packed(content);
        ByteBuffer source = ByteBuffer.allocateDirect(packed.length).put(packed).flip();
        source.position(HEADER);
        ByteBuffer target = ByteBuffer.allocateDirect(content.length + 1);
        while (!igzip.isFinished()) {
            source.limit(Math.min(packed.length, source.position() + sourcePiece));
            target.limit(Math.min(target.capacity(), target.position() + targetPiece));
            igzip.inflate(source, target);
        }
        assertThat(source.position()).isEqualTo(packed.length);
        byte[] unpacked = new byte[target.position()];
        target.get(0, unpacked);
        assertThat(unpacked).isEqualTo(content);
    }

    @Test
    void leavesWhatFollowsTheMember() throws IOException, DataFormatException {
        for (int round = 0; round < 2; round++) {
            byte[] packed = packed(content(5000));
            ByteBuffer source = ByteBuffer.allocateDirect(packed.length + 20).put(packed);
            source.rewind().position(HEADER);
            igzip.begin();
            igzip.inflate(source, ByteBuffer.allocateDirect(8192));
            assertThat(igzip.isFinished()).isTrue();
            assertThat(source.remaining()).isEqualTo(20);
        }
    }

    @Test
    void aWrongChecksumIsAnError() throws IOException {
        byte[] packed = packed(content(5000));
        packed[packed.length - 8] ^= 1;
        ByteBuffer source = ByteBuffer.allocateDirect(packed.length).put(packed).flip();
        assertThatThrownBy(() -> igzip.inflate(source.position(HEADER), ByteBuffer.allocateDirect(8192)))
                .isInstanceOf(DataFormatException.class)
                .hasMessage("wrong checksum");
    }

    @Test
    void garbageIsAnErrorAndNoCrash() {
        Random random = new Random(5);
        for (int round = 0; round < 2000; round++) {
            byte[] garbage = new byte[300];
            random.nextBytes(garbage);
            ByteBuffer source = ByteBuffer.allocateDirect(300).put(garbage).flip();
            ByteBuffer target = ByteBuffer.allocateDirect(70_000);
            igzip.begin();
            try {
                igzip.inflate(source, target);
            } catch (DataFormatException expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        Random random = new Random(length);
        for (int i = 0; i < length; i++) {
            content[i] = (byte) (i % 5 == 0 ? random.nextInt() : "abcde".charAt(i % 5));
        }
        return content;
    }

    private static byte[] packed(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return packed.toByteArray();
    }
}

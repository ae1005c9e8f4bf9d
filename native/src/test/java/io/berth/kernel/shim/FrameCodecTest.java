package io.berth.kernel.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.proto.shim.v1.ExecRequest;
import io.berth.proto.shim.v1.Request;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCodecTest {
    private final FrameDecoder decoder = new FrameDecoder();

    private ByteBuffer next(ByteBuffer input) throws FrameException {
        return Objects.requireNonNull(decoder.next(input), "no frame yet");
    }

    @Test
    void aRequestComesOutAsItWentIn() throws Exception {
        Request request = Request.newBuilder()
                .setId(7)
                .setExec(ExecRequest.newBuilder().setContainerId("abc"))
                .build();
        ByteBuffer frame = FrameEncoder.encode(request);
        assertThat(frame.getInt(0)).isEqualTo(request.getSerializedSize());
        assertThat(Request.parseFrom(next(frame))).isEqualTo(request);
        assertThat(frame.hasRemaining()).isFalse();
    }

    @Test
    void anEmptyFrameIsAFrame() throws Exception {
        ByteBuffer input = ByteBuffer.wrap(new byte[8]);
        assertThat(next(input).remaining()).isZero();
        assertThat(next(input).remaining()).isZero();
        assertThat(decoder.next(input)).isNull();
    }

    @Test
    void anEmptyFrameWhoseLengthIsSplitIsAFrame() throws Exception {
        assertThat(decoder.next(ByteBuffer.wrap(new byte[3]))).isNull();
        assertThat(next(ByteBuffer.wrap(new byte[1])).remaining()).isZero();
    }

    @Test
    void aFrameOverTheLimitIsRefusedBeforeItsBytesCome() {
        ByteBuffer header = ByteBuffer.allocate(4).putInt(0, FrameDecoder.LIMIT + 1);
        assertThatThrownBy(() -> decoder.next(header))
                .isInstanceOf(FrameException.class)
                .hasMessageContaining("4194305");
    }

    @Test
    void aLengthWithTheTopBitIsNotNegative() {
        ByteBuffer header = ByteBuffer.allocate(4).putInt(0, -1);
        assertThatThrownBy(() -> decoder.next(header)).hasMessageContaining("4294967295");
    }

    @Test
    void aFrameOfExactlyTheLimitPasses() throws Exception {
        ByteBuffer input = ByteBuffer.allocate(4 + FrameDecoder.LIMIT).putInt(0, FrameDecoder.LIMIT);
        assertThat(next(input).remaining()).isEqualTo(FrameDecoder.LIMIT);
    }

    @Test
    void aRequestOverTheLimitIsNotSent() {
        Request request = Request.newBuilder()
                .setExec(ExecRequest.newBuilder().setContainerId("a".repeat(FrameDecoder.LIMIT)))
                .build();
        assertThatThrownBy(() -> FrameEncoder.encode(request)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void framesSurviveAnySplitting(long seed) throws Exception {
        Random random = new Random(seed);
        List<byte[]> frames = new ArrayList<>();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int index = 0; index < 200; index++) {
            byte[] frame = new byte[random.nextInt(10) == 0 ? 0 : random.nextInt(300)];
            random.nextBytes(frame);
            frames.add(frame);
            stream.writeBytes(ByteBuffer.allocate(4).putInt(0, frame.length).array());
            stream.writeBytes(frame);
        }
        byte[] bytes = stream.toByteArray();
        List<byte[]> seen = new ArrayList<>();
        for (int start = 0; start < bytes.length; ) {
            int length = Math.min(bytes.length - start, random.nextInt(1, 500));
            ByteBuffer piece = ByteBuffer.wrap(bytes, start, length);
            for (ByteBuffer frame = decoder.next(piece); frame != null; frame = decoder.next(piece)) {
                byte[] copy = new byte[frame.remaining()];
                frame.get(copy);
                seen.add(copy);
            }
            assertThat(piece.hasRemaining()).isFalse();
            start += length;
        }
        assertThat(seen).usingElementComparator(Arrays::compare).isEqualTo(frames);
    }
}

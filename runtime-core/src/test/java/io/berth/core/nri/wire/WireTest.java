package io.berth.core.nri.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTest {
    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aShortMessageIsOneFrameWithTheHeadersThatTheProtocolsSay() {
        ByteBuffer message = Wire.message(2, 7, Wire.RESPONSE, new byte[] {1, 2, 3});
        byte[] written = new byte[message.remaining()];
        message.get(written);
        assertThat(written)
                .containsExactly(
                        0, 0, 0, 2, // connection
                        0, 0, 0, 13, // length of what follows
                        0, 0, 0, 3, // length of the message
                        0, 0, 0, 7, // stream
                        2, 0, // response, no flags
                        1, 2, 3);
    }

    /** The reference implementation reads into a buffer of 4096 bytes, and queues 256 frames. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4085, 4086, 4087, 8182, 8183, 1_000_000, Wire.MESSAGE_LIMIT})
    void aMessageIsOneFrameOf4096BytesAtMostOrTwo(int length) throws WireException {
        ByteBuffer trunk = Wire.message(1, 5, Wire.REQUEST, bytes(length));
        FrameReader frames = FrameReader.multiplexed();
        FrameReader messages = FrameReader.messages();
        byte[] read = null;
        int count = 0;
        for (var frame = frames.next(trunk); frame != null; frame = frames.next(trunk)) {
            count++;
            assertThat(frame.header().getInt(0)).isEqualTo(1);
            if (count == 1) {
                assertThat(frame.payload().remaining()).isLessThanOrEqualTo(4096);
            }
            var message = messages.next(frame.payload());
            if (message != null) {
                assertThat(message.header().getInt(4)).isEqualTo(5);
                assertThat(message.header().get(8)).isEqualTo(Wire.REQUEST);
                read = new byte[message.payload().remaining()];
                message.payload().get(read);
            }
        }
        assertThat(count).isLessThanOrEqualTo(2);
        assertThat(read).isEqualTo(bytes(length));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 17, 18, 19, 100})
    void framesAreTheSameHoweverTheyArrive(int piece) throws WireException {
        ByteBuffer all = ByteBuffer.allocate(600);
        all.put(Wire.message(1, 1, Wire.RESPONSE, bytes(5)));
        all.put(Wire.message(1, 3, Wire.RESPONSE, bytes(0)));
        all.put(Wire.message(1, 5, Wire.RESPONSE, bytes(300)));
        byte[] stream = new byte[all.flip().remaining()];
        all.get(stream);
        FrameReader frames = FrameReader.multiplexed();
        FrameReader messages = FrameReader.messages();
        StringBuilder seen = new StringBuilder();
        for (int at = 0; at < stream.length; at += piece) {
            ByteBuffer arriving = ByteBuffer.wrap(stream, at, Math.min(piece, stream.length - at));
            for (var frame = frames.next(arriving); frame != null; frame = frames.next(arriving)) {
                for (var message = messages.next(frame.payload());
                        message != null;
                        message = messages.next(frame.payload())) {
                    seen.append(message.header().getInt(4))
                            .append(':')
                            .append(message.payload().remaining())
                            .append(' ');
                }
            }
        }
        assertThat(seen.toString()).isEqualTo("1:5 3:0 5:300 ");
    }

    @Test
    void anOversizeMessageIsRefusedBeforeMemoryIsTakenForIt() {
        ByteBuffer header = ByteBuffer.allocate(Wire.MESSAGE_HEADER).putInt(0, Wire.MESSAGE_LIMIT + 1);
        assertThatThrownBy(() -> FrameReader.messages().next(header))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("4194305");
    }

    @Test
    void aLengthBeyondTwoGigabytesIsNotTakenForANegativeOne() {
        ByteBuffer header = ByteBuffer.allocate(Wire.TRUNK_HEADER).putInt(4, 0xFFFFFFFF);
        assertThatThrownBy(() -> FrameReader.multiplexed().next(header))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("4294967295");
    }
}

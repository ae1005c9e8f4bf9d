package io.berth.server.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalSizesTest {
    private final TerminalSizes sizes = new TerminalSizes();
    private final List<String> read = new ArrayList<>();

    private void piece(String text) {
        sizes.read(
                Unpooled.copiedBuffer(text, StandardCharsets.UTF_8), (columns, rows) -> read.add(columns + "x" + rows));
    }

    @Test
    void objectsAreReadHoweverTheyAreCut() {
        for (char character : "{\"Width\":80,\"Height\":24}\n{ \"Height\" : 50, \"Width\" : 132 }".toCharArray()) {
            piece(String.valueOf(character));
        }
        piece("{\"width\":1,\"height\":2}{\"width\":3,\"height\":4}");
        assertThat(read).containsExactly("80x24", "132x50", "1x2", "3x4");
    }

    @Test
    void whatIsNoSizeIsPassedOver() {
        piece("{}{\"Width\":70000,\"Height\":1}{\"Width\":-1,\"Height\":1}{\"Width\":\"a\",\"Height\":1}{\"Width\":5}");
        piece("}}}");
        assertThat(read).isEmpty();
    }

    @Test
    void aStreamWithoutAnEndIsNotKept() {
        for (int i = 0; i < 1000; i++) {
            piece("x".repeat(1000));
        }
        piece("}{\"Width\":80,\"Height\":24}");
        assertThat(read).containsExactly("80x24");
    }
}

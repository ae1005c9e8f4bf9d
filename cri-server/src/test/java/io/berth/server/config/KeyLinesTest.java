package io.berth.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeyLinesTest {
    private static final KeyLines LINES = KeyLines.of("""
            one = 1 # two = 2
            text = \"""
            three = 3
            [four]
            \"""
            list = [
              "five = 5", # six = "
              'seven',
            ]
            [table] # comment
            key = "a # b \\" = "
            "quoted.key" = 1
            dotted . key = 2
            inline = { a = 1, b = [1, 2] }
            [[ array ]]
            last = 'x'
            """);

    @Test
    void keysAreFoundBehindValuesThatSpanLines() {
        assertThat(of("one")).isEqualTo(1);
        assertThat(of("text")).isEqualTo(2);
        assertThat(of("list")).isEqualTo(6);
        assertThat(of("table")).isEqualTo(10);
        assertThat(of("table", "key")).isEqualTo(11);
        assertThat(of("array", "last")).isEqualTo(16);
    }

    @Test
    void whatLooksLikeAKeyInsideAValueIsNone() {
        assertThat(of("three")).isZero();
        assertThat(of("four")).isZero();
        assertThat(of("six")).isZero();
    }

    @Test
    void quotedAndDottedKeysAreFound() {
        assertThat(of("table", "quoted.key")).isEqualTo(12);
        assertThat(of("table", "dotted", "key")).isEqualTo(13);
    }

    @Test
    void aKeyOfAnInlineTableHasTheLineOfTheTable() {
        assertThat(of("table", "inline", "b")).isEqualTo(14);
    }

    private static int of(String... parts) {
        return LINES.of(new TomlKey(List.of(parts)));
    }
}

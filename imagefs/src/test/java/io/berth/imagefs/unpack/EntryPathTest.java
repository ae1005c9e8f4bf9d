package io.berth.imagefs.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryPathTest {
    @ParameterizedTest
    @CsvSource({
        "a, '', a",
        "./a/b/, a, b",
        "/a/b, a, b",
        "a//b, a, b",
        "a/./b, a, b",
        "a/x/../b, a, b",
        ".//./a, '', a",
        "./, '', ''",
        "., '', ''",
        "/, '', ''",
        "a/.., '', ''",
        ".hidden/..x, .hidden, ..x",
        "a/.b, a, .b",
        "...,'',...",
    })
    void pathsAreTidiedUp(String text, String parent, String name) {
        assertThat(EntryPath.parse(text)).isEqualTo(new EntryPath(parent, name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../a", "a/../../b", "/..", "./../a", "a/../.."})
    void pathsThatClimbOutAreNone(String text) {
        assertThat(EntryPath.parse(text)).isNull();
    }
}

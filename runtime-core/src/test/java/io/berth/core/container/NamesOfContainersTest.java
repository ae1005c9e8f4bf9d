package io.berth.core.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesOfContainersTest {
    @ParameterizedTest
    @CsvSource({
        "TERM, SIGTERM, 15",
        "sigquit, SIGQUIT, 3",
        "9, SIGKILL, 9",
        "SIGRTMIN+3, SIGRTMIN+3, 37",
        "RTMAX-1, SIGRTMAX-1, 63"
    })
    void signalsHaveOneName(String given, String name, int number) {
        assertThat(StopSignals.normalize(given)).isEqualTo(name);
        assertThat(StopSignals.number(name)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SIGNOPE", "0", "99", "RTMIN+16"})
    void whatIsNoSignalIsRefused(String given) {
        assertThatThrownBy(() -> StopSignals.normalize(given)).hasMessageContaining("is not a signal");
    }

    @Test
    void aLogStaysBelowItsPodsDirectory() {
        assertThat(LogPaths.resolve("/var/log/pods/x", "main/0.log")).isEqualTo("/var/log/pods/x/main/0.log");
        assertThat(LogPaths.resolve("", "main.log")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../other/0.log", "/etc/passwd", "a/../../b", "."})
    void aLogThatClimbsOutIsRefused(String path) {
        assertThatThrownBy(() -> LogPaths.resolve("/var/log/pods/x", path)).hasMessageContaining("leads out");
    }
}

package io.berth.e2e.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static final Path DIRECTORY = Path.of("/somewhere");

    @Test
    void everythingIsMeasuredUnlessTheCommandLineSaysOtherwise() {
        Options options = Options.parse(List.of(), DIRECTORY);
        assertThat(options.parts()).containsExactly(PartName.values());
        assertThat(options.quick()).isFalse();
        assertThat(options.json()).isEqualTo(DIRECTORY.resolve("bench.json"));
        assertThat(options.soakMinutes()).isZero();
    }

    @Test
    void partsAreNamedInLowerCase() {
        Options options = Options.parse(List.of("--quick", "--only", "restart,calls", "--json", "/j"), DIRECTORY);
        assertThat(options.parts()).containsExactly(PartName.CALLS, PartName.RESTART);
        assertThat(options.quick()).isTrue();
        assertThat(options.json()).isEqualTo(Path.of("/j"));
    }

    @Test
    void aPartThatThereIsNotIsRefusedWithTheNamesOfThoseThatThereAre() {
        assertThatThrownBy(() -> Options.parse(List.of("--only", "speed"), DIRECTORY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"speed\"")
                .hasMessageContaining("calls, lists, pods");
    }

    @Test
    void aSoakWantsWholeMinutes() {
        assertThat(Options.parse(List.of("--soak", "10"), DIRECTORY).soakMinutes())
                .isEqualTo(10);
        for (String minutes : List.of("0", "-1", "1.5", "ten", "")) {
            assertThatThrownBy(() -> Options.parse(List.of("--soak", minutes), DIRECTORY))
                    .hasMessageContaining("--soak wants a whole number")
                    .hasMessageContaining("\"" + minutes + "\"");
        }
    }

    @Test
    void wordsThatAreUnknownOrLackTheirValueAreRefused() {
        assertThatThrownBy(() -> Options.parse(List.of("--fast"), DIRECTORY)).hasMessage("--fast is unknown");
        assertThatThrownBy(() -> Options.parse(List.of("--json"), DIRECTORY)).hasMessage("--json wants a value");
    }
}

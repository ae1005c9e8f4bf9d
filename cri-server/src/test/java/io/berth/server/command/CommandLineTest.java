package io.berth.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(run("--version")).isZero();
        assertThat(output()).matches("berthd \\d+\\.\\d+\\.\\d+\\S*\n").doesNotContain("unknown");
    }

    @Test
    void theHelpNamesTheCommands() {
        assertThat(run("--help")).isZero();
        assertThat(output()).contains("config default", "config dump", "config validate", "--config FILE");
    }

    @Test
    void aDaemonThatDoesNotRunIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("c.toml"), "run_directory = \"" + directory + "\"\n");
        for (List<String> command : List.of(List.of("pulls"), List.of("images", "--tree"))) {
            errors.reset();
            String[] words = java.util.stream.Stream.concat(
                            command.stream(), java.util.stream.Stream.of("--config", file.toString()))
                    .toArray(String[]::new);
            assertThat(run(words)).isEqualTo(1);
            assertThat(errors()).contains("no daemon answers at " + directory.resolve("berth.sock"));
        }
        assertThat(run("images")).isEqualTo(2);
        assertThat(run("pulls", "now")).isEqualTo(2);
        assertThat(run("pulls", "--tree")).isEqualTo(2);
    }

    @Test
    void aGoodFileIsValid() throws IOException {
        Path file = Files.writeString(directory.resolve("c.toml"), "[network]\nmtu = 1400\n");
        assertThat(run("config", "validate", "--config", file.toString())).isZero();
        assertThat(output()).isEqualTo("The configuration is valid.\n");
    }

    @Test
    void aBadFileIsNotAndEveryProblemIsALine() throws IOException {
        Path file = Files.writeString(directory.resolve("c.toml"), "sokcet = \"/s\"\n[network]\nmtu = \"no\"\n");
        assertThat(run("config", "validate", "--config=" + file)).isEqualTo(1);
        assertThat(errors().lines())
                .containsExactlyInAnyOrder(
                        "berthd: " + file + ":1: sokcet: unknown key, did you mean socket?",
                        "berthd: " + file + ":3: network.mtu: must be a whole number, is \"no\"");
    }

    @Test
    void theDumpShowsWhatIsInForceAndReadsBack() throws IOException {
        Path file =
                Files.writeString(directory.resolve("c.toml"), "[registry.mirrors]\n\"docker.io\" = [\"http://m\"]\n");
        assertThat(run("config", "dump", "--config", file.toString())).isZero();
        assertThat(output()).contains("\"docker.io\" = [\"http://m\"]").contains("bridge = \"berth0\"");
        Path again = Files.writeString(directory.resolve("again.toml"), output());
        String first = output();
        output.reset();
        assertThat(run("config", "dump", "--config", again.toString())).isZero();
        assertThat(output()).isEqualTo(first);
    }

    @Test
    void theDefaultsAreExplained() {
        assertThat(run("config", "default")).isZero();
        assertThat(output()).contains("# The unix socket of the CRI").contains("[network]\n# The bridge");
    }

    @Test
    void senselessLinesAreRefusedWithAWayOut() {
        for (List<String> line : List.of(
                List.of("--colour"),
                List.of("serve"),
                List.of("config"),
                List.of("config", "edit"),
                List.of("config", "dump", "x"),
                List.of("--config"))) {
            errors.reset();
            assertThat(run(line.toArray(String[]::new)))
                    .as("status of %s", line)
                    .isEqualTo(2);
            assertThat(errors()).startsWith("berthd: ").contains("--help");
        }
    }

    private int run(String... arguments) {
        return new CommandLine(
                        new PrintStream(output, true, StandardCharsets.UTF_8),
                        new PrintStream(errors, true, StandardCharsets.UTF_8))
                .run(List.of(arguments));
    }

    private String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }
}

package io.berth.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as processes of their own, as a person starts them. */
class LauncherTest {
    @TempDir
    private Path directory;

    private record Ended(int status, String output) {}

    @Test
    void theVersionIsPrinted() throws Exception {
        Ended ended = berthd("--version");
        assertThat(ended.output()).matches("berthd \\d+\\.\\d+\\.\\d+\\S*\n");
        assertThat(ended.status()).isZero();
    }

    @Test
    void theDefaultsThatArePrintedAreValid() throws Exception {
        Ended defaults = berthd("config", "default");
        assertThat(defaults.status()).isZero();
        Path file = Files.writeString(directory.resolve("config.toml"), defaults.output());
        Ended valid = berthd("config", "validate", "--config", file.toString());
        assertThat(valid.output()).isEqualTo("The configuration is valid.\n");
        assertThat(valid.status()).isZero();
    }

    @Test
    void aDaemonWithABadConfigurationEndsWithTheLine() throws Exception {
        Path file = Files.writeString(directory.resolve("config.toml"), "[network]\nmtu = \"big\"\n");
        Ended ended = berthd("--config", file.toString());
        assertThat(ended.output())
                .isEqualTo("berthd: " + file + ":2: network.mtu: must be a whole number, is \"big\"\n");
        assertThat(ended.status()).isEqualTo(1);
    }

    @Test
    void aConfigurationThatWasNamedMustBeThere() throws Exception {
        Path file = directory.resolve("none.toml");
        Ended ended = berthd("config", "dump", "--config", file.toString());
        assertThat(ended.output()).isEqualTo("berthd: reading " + file + ": no such file\n");
        assertThat(ended.status()).isEqualTo(1);
    }

    /** The launcher's script finds the rest of its distribution; here the classes under test are the distribution. */
    private Ended berthd(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.berth.server.Berthd"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}

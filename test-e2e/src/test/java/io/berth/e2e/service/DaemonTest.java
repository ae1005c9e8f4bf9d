package io.berth.e2e.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.node.Sandbox;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Sandbox.class)
class DaemonTest {
    private DaemonConfig config;

    @BeforeEach
    void useAFreshDirectory() {
        Path directory = Places.work().resolve("DaemonTest");
        Places.deleteTree(directory);
        config = DaemonConfig.in(directory);
    }

    private static String berthd(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = Places.distribution().resolve("bin/berthd").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Command.Result result = Command.run(command);
        return result.status() + " " + result.output() + result.error();
    }

    @Test
    void theSocketAndTheDirectoriesAreNotForEverybody() throws IOException {
        try (BerthDaemon daemon = BerthDaemon.start(config)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config.socket())))
                    .isEqualTo("rw-rw----");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config.stateDirectory())))
                    .isEqualTo("rwx------");
            assertThat(daemon.isRunning()).isTrue();
        }
    }

    @Test
    void aSecondDaemonOnTheSameStateIsRefused() {
        try (BerthDaemon daemon = BerthDaemon.start(config)) {
            assertThat(berthd("--config", config.file().toString()))
                    .doesNotStartWith("0 ")
                    .contains(config.stateDirectory().toString())
                    .contains(Long.toString(daemon.pid()));
            assertThat(daemon.isRunning()).isTrue();
        }
    }

    @Test
    void aTermSignalEndsItAndRemovesTheSocket() {
        try (BerthDaemon daemon = BerthDaemon.start(config)) {
            assertThat(daemon.terminate()).isZero();
            assertThat(config.socket()).doesNotExist();
        }
    }

    @Test
    void aSocketLeftByAKilledDaemonIsReplaced() {
        try (BerthDaemon daemon = BerthDaemon.start(config)) {
            daemon.kill();
            assertThat(config.socket()).exists();
            daemon.start();
        }
    }

    @Test
    void anUnknownKeyIsAnErrorWithFileLineAndTheNearestKey() throws IOException {
        Files.createDirectories(config.directory());
        Path file =
                Files.writeString(config.directory().resolve("wrong.toml"), "# first\n[network]\nbrigde = \"b0\"\n");
        assertThat(berthd("config", "validate", "--config", file.toString()))
                .doesNotStartWith("0 ")
                .contains(file + ":3")
                .contains("brigde")
                .contains("bridge");
        assertThat(berthd("--config", file.toString())).doesNotStartWith("0 ").contains(file + ":3");
    }

    @Test
    void itSaysItsVersionAndItsDefaults() {
        assertThat(berthd("--version")).startsWith("0 berthd ");
        assertThat(berthd("config", "default"))
                .startsWith("0 ")
                .contains("run_directory = \"/run/berth\"")
                .contains("state_directory = \"/var/lib/berth\"");
    }

    @Test
    void logLinesCarryTheIdsOfPodsAndContainers() {
        try (BerthDaemon daemon = BerthDaemon.start(config)) {
            var pod = new io.berth.e2e.pod.PodPlan(
                            daemon.client(), config.directory().resolve("logs"), "logged")
                    .run();
            pod.stop().remove();
            assertThat(daemon.log()).contains(pod.id());
        }
    }
}

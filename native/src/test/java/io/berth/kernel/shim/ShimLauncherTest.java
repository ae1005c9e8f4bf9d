package io.berth.kernel.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShimLauncherTest {
    private static final Duration SECONDS = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private Path program(String script) throws Exception {
        Path program = directory.resolve("program");
        Files.writeString(program, "#!/bin/sh\n" + script);
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void theDirectoryIsPassedOn() throws Exception {
        ShimLauncher.launch(program("echo \"$@\" > \"$2/arguments\""), directory, SECONDS);
        assertThat(directory.resolve("arguments")).hasContent("--directory " + directory);
    }

    @Test
    void whatTheProgramSaysIsTheMessage() throws Exception {
        Path program = program("echo 'berth-shim: listen on shim.sock: Address already in use' >&2; exit 1");
        assertThatThrownBy(() -> ShimLauncher.launch(program, directory, SECONDS))
                .isInstanceOf(ShimUnavailable.class)
                .hasMessage("start " + program + " for " + directory
                        + ": berth-shim: listen on shim.sock: Address already in use");
    }

    @Test
    void aProgramThatSaysNothingIsReportedByItsStatus() throws Exception {
        Path program = program("exit 4");
        assertThatThrownBy(() -> ShimLauncher.launch(program, directory, SECONDS))
                .hasMessageContaining("exit status 4");
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> ShimLauncher.launch(directory.resolve("none"), directory, SECONDS))
                .isInstanceOf(ShimUnavailable.class)
                .hasMessageContaining("start " + directory + "/none")
                .hasMessageContaining("o such file or directory");
    }

    @Test
    void aProgramThatHangsIsKilledAtTheDeadline() throws Exception {
        Path program = program("echo $$ > " + directory + "/pid; exec sleep 100");
        assertThatThrownBy(() -> ShimLauncher.launch(program, directory, Duration.ofMillis(500)))
                .isInstanceOf(ShimDeadlineExceeded.class);
        long pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
        for (int attempt = 0; attempt < 100 && ProcessHandle.of(pid).isPresent(); attempt++) {
            Thread.sleep(20);
        }
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void neitherDescriptorsNorVariablesAreInherited() throws Exception {
        Path program = program("for f in /proc/$$/fd/*; do readlink $f; done > " + directory + "/descriptors; env > "
                + directory + "/environment");
        try (var open = Files.newInputStream(program)) {
            assertThat(open.read()).isEqualTo('#');
            ShimLauncher.launch(program, directory, SECONDS);
        }
        // The shell has the script itself and the output open.
        assertThat(Files.readAllLines(directory.resolve("descriptors")))
                .isNotEmpty()
                .allMatch(target -> target.matches(
                        "/dev/null|/memfd:berth-shim-message.*|" + directory + "/(program|descriptors)"));
        assertThat(directory.resolve("environment")).content().doesNotContain("HOME=");
    }
}

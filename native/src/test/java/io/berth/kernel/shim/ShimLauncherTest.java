package io.berth.kernel.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShimLauncherTest {
    private static final Duration SECONDS = Duration.ofSeconds(10);

    /** A packet of the socket, as a line; nothing is left of it when it was read. */
    private static final String REQUEST = "dd bs=4096 count=1 2>/dev/null";

    @TempDir
    Path directory;

    private @Nullable ShimLauncher opened;

    /** Forks from a shell script. */
    private ShimLauncher launcher(String script) throws Exception {
        Path program = directory.resolve("program");
        Files.writeString(program, "#!/bin/sh\necho $$ >> " + directory + "/pids\n" + script);
        return launcher(Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------")));
    }

    private ShimLauncher launcher(Path program) {
        ShimLauncher launcher = new ShimLauncher(program);
        opened = launcher;
        return launcher;
    }

    /** An answer to each request, after it was written down. */
    private String answering(String answer) {
        return "while r=$(" + REQUEST + ") && test -n \"$r\"; do echo \"$@ $r\" >> " + directory + "/requests; printf '"
                + answer + "' >&0; done";
    }

    @AfterEach
    void nothingIsLeftOfTheTemplates() throws Exception {
        if (opened != null) {
            opened.close();
        }
        Path pids = directory.resolve("pids");
        for (String pid : Files.exists(pids) ? Files.readAllLines(pids) : List.<String>of()) {
            assertThat(ProcessHandle.of(Long.parseLong(pid))).isEmpty();
        }
    }

    @Test
    void oneProcessIsAskedForAllDirectories() throws Exception {
        ShimLauncher launcher = launcher(answering("started 17"));
        launcher.launch(Path.of("/run/one"), SECONDS);
        launcher.launch(Path.of("/run/two"), SECONDS);
        assertThat(directory.resolve("requests")).hasContent("--template /run/one\n--template /run/two");
        assertThat(directory.resolve("pids")).content().hasLineCount(1);
    }

    @Test
    void whatItRefusesIsTheMessage() throws Exception {
        ShimLauncher launcher = launcher(answering("failed listen on shim.sock: Address already in use"));
        assertThatThrownBy(() -> launcher.launch(directory, SECONDS))
                .isInstanceOf(ShimUnavailable.class)
                .hasMessage("start " + directory + "/program for " + directory
                        + ": listen on shim.sock: Address already in use");
    }

    @Test
    void whatItSaysBeforeItEndsIsTheMessage() throws Exception {
        ShimLauncher launcher = launcher("echo 'berth-shim: protect the process: No such device' >&2; exit 1");
        assertThatThrownBy(() -> launcher.launch(directory, SECONDS))
                .isInstanceOf(ShimUnavailable.class)
                .hasMessage("start " + directory + "/program for " + directory
                        + ": berth-shim: protect the process: No such device");
    }

    @Test
    void oneThatEndsWithoutAWordIsReportedByItsStatus() throws Exception {
        ShimLauncher launcher = launcher("exit 4");
        assertThatThrownBy(() -> launcher.launch(directory, SECONDS)).hasMessageContaining("exit status 4");
    }

    @Test
    void oneThatEndedMeanwhileIsReplaced() throws Exception {
        ShimLauncher launcher = launcher(REQUEST + " > /dev/null; printf 'started 17' >&0");
        launcher.launch(directory, SECONDS);
        launcher.launch(directory, SECONDS);
        launcher.launch(directory, SECONDS);
        assertThat(directory.resolve("pids")).content().hasLineCount(3);
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        ShimLauncher launcher = launcher(directory.resolve("none"));
        assertThatThrownBy(() -> launcher.launch(directory, SECONDS))
                .isInstanceOf(ShimUnavailable.class)
                .hasMessageContaining("start " + directory + "/none")
                .hasMessageContaining("o such file or directory");
    }

    @Test
    void oneThatHangsIsKilledAtTheDeadline() throws Exception {
        ShimLauncher launcher = launcher("exec sleep 100");
        assertThatThrownBy(() -> launcher.launch(directory, Duration.ofMillis(500)))
                .isInstanceOf(ShimDeadlineExceeded.class)
                .hasMessageContaining("not ready after 500 ms");
        long pid = Long.parseLong(Files.readString(directory.resolve("pids")).strip());
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void neitherDescriptorsNorVariablesAreInherited() throws Exception {
        ShimLauncher launcher = launcher("for f in /proc/$$/fd/*; do readlink $f; done > " + directory
                + "/descriptors; env > " + directory + "/environment\n" + answering("started 17"));
        try (var open = Files.newInputStream(directory.resolve("program"))) {
            assertThat(open.read()).isEqualTo('#');
            launcher.launch(directory, SECONDS);
        }
        // The shell has the script itself and the output open.
        assertThat(Files.readAllLines(directory.resolve("descriptors")))
                .isNotEmpty()
                .allMatch(target -> target.matches(
                        "/dev/null|socket:.*|/memfd:berth-shim-message.*|" + directory + "/(program|descriptors)"));
        assertThat(directory.resolve("environment")).content().doesNotContain("HOME=");
    }
}

package io.berth.imagefs.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kernel.FileStatus;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class AccountFilesTest {
    private static final SystemCalls CALLS = SystemCalls.real();
    private static final String LINE = "me:x:77:77::/home:\n";

    @TempDir
    private Path directory;

    private Path upper = Path.of("/nonexistent");
    private Path lower = Path.of("/nonexistent");

    @BeforeEach
    void makeLayers() throws IOException {
        upper = Files.createDirectories(directory.resolve("upper"));
        lower = Files.createDirectories(directory.resolve("lower"));
        Files.createDirectories(lower.resolve("etc"));
    }

    private Accounts read() {
        return AccountFiles.read(CALLS, List.of(upper, lower));
    }

    private void known() {
        assertThat(read().resolve("me").uid()).isEqualTo(77);
    }

    private void unknown() {
        assertThatThrownBy(() -> read().resolve("me")).hasMessageContaining("no user \"me\"");
    }

    @Test
    void lowerLayersAreLookedThrough() throws IOException {
        Files.writeString(lower.resolve("etc/passwd"), LINE);
        known();
        Files.createDirectories(upper.resolve("etc"));
        Files.writeString(upper.resolve("etc/hosts"), "");
        known();
        Files.writeString(upper.resolve("etc/passwd"), "other:x:1:1::/:\n");
        unknown();
    }

    @Test
    @EnabledIf(value = "io.berth.imagefs.testing.Root#isRoot", disabledReason = "whiteouts need root")
    void whatUpperLayersHideIsNotSeen() throws IOException {
        Files.writeString(lower.resolve("etc/passwd"), LINE);
        Files.createDirectories(upper.resolve("etc"));
        CALLS.lsetxattr(null, upper.resolve("etc").toString(), "trusted.overlay.opaque", new byte[] {'y'});
        unknown();
        Files.delete(upper.resolve("etc"));
        CALLS.mknodat(null, upper.resolve("etc").toString(), FileStatus.CHARACTER_DEVICE, 0, 0);
        unknown();
    }

    @Test
    void symbolicLinksStayInsideTheImage() throws IOException {
        Files.createDirectories(upper.resolve("usr/etc"));
        Files.writeString(upper.resolve("usr/etc/passwd"), LINE);
        Files.createSymbolicLink(lower.resolve("etc/passwd"), Path.of("/../../usr/./etc/passwd"));
        known();
        Files.delete(lower.resolve("etc/passwd"));
        Files.createSymbolicLink(lower.resolve("etc/passwd"), Path.of("../usr/etc/passwd"));
        known();
        Files.delete(lower.resolve("etc/passwd"));
        Files.createSymbolicLink(lower.resolve("etc/passwd"), Path.of("../../../../../../../../../etc/passwd"));
        assertThatThrownBy(this::read).hasMessageContaining("too many symbolic links");
        Path outside = Files.writeString(directory.resolve("outside"), LINE);
        Files.delete(lower.resolve("etc/passwd"));
        Files.createSymbolicLink(lower.resolve("etc/passwd"), outside);
        unknown();
    }

    @Test
    void aPipeIsNotWaitedOn() throws IOException {
        CALLS.mknodat(null, lower.resolve("etc/passwd").toString(), FileStatus.FIFO | 0644, 0, 0);
        assertThatThrownBy(this::read).hasMessageContaining("not a regular file");
    }

    @Test
    void aDirectoryIsNoAccountFile() throws IOException {
        Files.createDirectories(lower.resolve("etc/group"));
        assertThatThrownBy(this::read).hasMessageContaining("/etc/group is not a regular file");
    }

    @Test
    void gigabytesAreNotRead() throws IOException {
        try (var file = new java.io.RandomAccessFile(lower.resolve("etc/passwd").toFile(), "rw")) {
            file.setLength(8L << 30);
        }
        assertThatThrownBy(this::read).hasMessageContaining("larger than");
    }

    @Test
    void absentFilesKnowNobodyButNumbers() {
        assertThat(read().resolve("12").uid()).isEqualTo(12);
        unknown();
    }
}

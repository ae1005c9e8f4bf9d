package io.berth.kernel.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingSystemCallsTest {
    @Test
    void callsAreWrittenDownInOrder() {
        RecordingSystemCalls recording = RecordingSystemCalls.create();
        SystemCalls calls = recording.systemCalls();
        calls.mkdirat(null, "/a", 0700);
        calls.mount("overlay", "/a", "overlay", 1, "lowerdir=/b");
        assertThat(recording.calls())
                .hasToString("[mkdirat(null, /a, 448), mount(overlay, /a, overlay, 1, lowerdir=/b)]");
    }

    @Test
    void descriptorsAreCountedAndCloseNothing() {
        RecordingSystemCalls recording = RecordingSystemCalls.create();
        try (Descriptor file = recording.systemCalls().openat2(null, "/a", OpenHow.reading())) {
            assertThat(file.number()).isGreaterThanOrEqualTo(1000);
            assertThat(recording.openDescriptors()).isEqualTo(1);
        }
        assertThat(recording.openDescriptors()).isZero();
    }

    @Test
    void theChosenCallFails() {
        RecordingSystemCalls recording = RecordingSystemCalls.create().fail("mkdirat", 2, Errno.ENOSPC);
        SystemCalls calls = recording.systemCalls();
        calls.mkdirat(null, "/a", 0700);
        assertThatThrownBy(() -> calls.mkdirat(null, "/b", 0700))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("ENOSPC");
        calls.mkdirat(null, "/c", 0700);
        assertThat(recording.calls("mkdirat")).hasSize(3);
    }

    @Test
    void answersArePrepared() {
        SystemCalls calls =
                RecordingSystemCalls.create().answer("readlinkat", "/target").systemCalls();
        assertThat(calls.readlinkat(null, "/link")).isEqualTo("/target");
    }

    @Test
    void theRealKernelIsBrokenAtOnePlace(@TempDir Path directory) throws Exception {
        RecordingSystemCalls recording =
                RecordingSystemCalls.over(SystemCalls.real()).fail("write", 2, Errno.ENOSPC);
        SystemCalls calls = recording.systemCalls();
        Path path = directory.resolve("file");
        try (Descriptor file = calls.openat2(null, path.toString(), OpenHow.creating(0600))) {
            calls.writeFully(file, ByteBuffer.wrap(new byte[10]));
            assertThatThrownBy(() -> calls.writeFully(file, ByteBuffer.wrap(new byte[10])))
                    .hasMessageContaining("ENOSPC");
        }
        assertThat(Files.size(path)).isEqualTo(10);
        assertThatThrownBy(() -> calls.mkdirat(null, path.toString(), 0700)).hasMessageContaining("EEXIST");
    }

    @Test
    void aMisspeltCallIsRefused() {
        assertThatThrownBy(() -> RecordingSystemCalls.create().fail("mkdri", 1, Errno.EIO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

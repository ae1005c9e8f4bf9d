package io.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessCallsTest {
    private final SystemCalls calls = SystemCalls.real();

    @Test
    void aProcessIsHeldSignalledAndAwaited() throws Exception {
        Process process = new ProcessBuilder("sleep", "100").start();
        int pid = Math.toIntExact(process.pid());
        try (Descriptor handle = calls.pidfdOpen(pid)) {
            assertThat(calls.processExists(pid)).isTrue();
            assertThat(calls.awaitReadable(handle, Duration.ofMillis(10))).isFalse();
            calls.pidfdSendSignal(handle, ProcessCalls.SIGKILL);
            assertThat(calls.awaitReadable(handle, Duration.ofSeconds(5))).isTrue();
            assertThat(process.waitFor()).isEqualTo(137);
            assertThatThrownBy(() -> calls.pidfdSendSignal(handle, ProcessCalls.SIGKILL))
                    .hasMessageContaining("ESRCH");
        } finally {
            process.destroyForcibly();
        }
        assertThat(calls.processExists(pid)).isFalse();
        assertThatThrownBy(() -> calls.kill(pid, ProcessCalls.SIGTERM))
                .hasMessage("kill process " + pid + ": ESRCH (no such process)");
        assertThatThrownBy(() -> calls.pidfdOpen(pid)).hasMessageContaining("ESRCH");
    }

    @Test
    void posixAnswersOfThisProcess() {
        assertThat(calls.getpid())
                .isEqualTo(Math.toIntExact(ProcessHandle.current().pid()));
        int before = calls.umask(027);
        assertThat(calls.umask(before)).isEqualTo(027);
    }

    @Test
    void aSpawnedProgramIsReapedWithItsStatus() {
        try (Descriptor input = calls.memfdCreate("input", 0);
                Descriptor output = calls.memfdCreate("output", 0)) {
            calls.pwrite(input, ByteBuffer.wrap("in\n".getBytes(StandardCharsets.UTF_8)), 0);
            List<String> script = List.of("sh", "-c", "read line; echo $line $A >&2; exit 7");
            assertThat(status(calls.spawn("/bin/sh", script, List.of("A=b"), input, output)))
                    .isEqualTo(7);
            ByteBuffer text = ByteBuffer.allocate(100);
            calls.pread(output, text, 0);
            assertThat(StandardCharsets.UTF_8.decode(text.flip()).toString()).isEqualTo("in b\n");
            assertThat(status(calls.spawn("/bin/sh", List.of("sh", "-c", "kill -9 $$"), List.of(), input, output)))
                    .isEqualTo(137);
            assertThatThrownBy(() -> calls.spawn("/bin/none", List.of("none"), List.of(), input, output))
                    .hasMessage("spawn /bin/none: ENOENT (no such file or directory)");
        }
    }

    @Test
    void aSpawnedProgramHasTheDefaultSignals() {
        try (Descriptor input = calls.memfdCreate("input", 0);
                Descriptor output = calls.memfdCreate("output", 0)) {
            // The shell reads its own file: while it starts another program it blocks signals for a moment.
            String script =
                    "while read k v; do case $k in SigBlk:|SigIgn:) echo $k $v >&2;; esac; done < /proc/$$/status";
            assertThat(status(calls.spawn(
                            "/bin/sh", List.of("sh", "-c", script), List.of("PATH=/bin:/usr/bin"), input, output)))
                    .isZero();
            ByteBuffer text = ByteBuffer.allocate(1000);
            calls.pread(output, text, 0);
            assertThat(StandardCharsets.UTF_8.decode(text.flip()).toString())
                    .isEqualTo("SigBlk: 0000000000000000\nSigIgn: 0000000000000000\n");
        }
    }

    private int status(int pid) {
        try (Descriptor process = calls.pidfdOpen(pid)) {
            assertThat(calls.awaitReadable(process, Duration.ofSeconds(10))).isTrue();
        }
        return calls.tryReap(pid).orElseThrow();
    }
}

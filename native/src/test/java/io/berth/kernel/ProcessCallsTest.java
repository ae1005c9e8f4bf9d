package io.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
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
}

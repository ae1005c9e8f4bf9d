package io.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kernel.recording.RecordingSystemCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdNotifyTest {
    private final SystemCalls calls = SystemCalls.real();

    private String received(Descriptor socket) {
        calls.setReceiveTimeout(socket, Duration.ofSeconds(5));
        ByteBuffer message = ByteBuffer.allocate(1000);
        calls.receive(socket, message, 0);
        return StandardCharsets.UTF_8.decode(message.flip()).toString();
    }

    @Test
    void systemdHearsOnAPath(@TempDir Path directory) {
        String address = directory.resolve("notify").toString();
        try (Descriptor socket = calls.socket(SocketCalls.UNIX, SocketCalls.DATAGRAM, 0)) {
            calls.bindUnix(socket, address);
            SystemdNotify notify =
                    SystemdNotify.of(Map.of("NOTIFY_SOCKET", address), calls).orElseThrow();
            notify.ready("serves\nall");
            assertThat(received(socket)).startsWith("READY=1\nSTATUS=serves all\nMAINPID=");
            notify.watchdog();
            assertThat(received(socket)).isEqualTo("WATCHDOG=1");
        }
    }

    @Test
    void systemdHearsOnAnAbstractName() {
        String address = "@berth-test-" + ProcessHandle.current().pid();
        try (Descriptor socket = calls.socket(SocketCalls.UNIX, SocketCalls.DATAGRAM, 0)) {
            calls.bindUnix(socket, address);
            SystemdNotify.of(Map.of("NOTIFY_SOCKET", address), calls)
                    .orElseThrow()
                    .stopping();
            assertThat(received(socket)).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void nobodyListeningHarmsNothing(@TempDir Path directory) {
        String address = directory.resolve("gone").toString();
        SystemdNotify.of(Map.of("NOTIFY_SOCKET", address), calls).orElseThrow().status("well");
    }

    @Test
    void withoutTheVariableThereIsNothingToTell() {
        assertThat(SystemdNotify.of(Map.of(), calls)).isEmpty();
        assertThat(SystemdNotify.of(Map.of("NOTIFY_SOCKET", "vsock:2:1234"), calls))
                .isEmpty();
    }

    @Test
    void theWatchdogIsMeantForOneProcess() {
        SystemCalls fake = RecordingSystemCalls.create().systemCalls();
        long pid = ProcessHandle.current().pid();
        assertThat(interval(fake, String.valueOf(pid))).contains(Duration.ofSeconds(3));
        assertThat(interval(fake, "1")).isEmpty();
    }

    private static Optional<Duration> interval(SystemCalls calls, String pid) {
        return SystemdNotify.of(Map.of("NOTIFY_SOCKET", "/x", "WATCHDOG_USEC", "3000000", "WATCHDOG_PID", pid), calls)
                .flatMap(SystemdNotify::watchdogInterval);
    }
}

package io.berth.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLockTest {
    @TempDir
    private Path state;

    @Test
    void aSecondDaemonIsRefusedWithThePidOfTheFirst() {
        try (StateLock first = StateLock.take(state)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> StateLock.take(state))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining(state.toString())
                    .hasMessageContaining("state_directory");
        }
    }

    @Test
    void aLockThatWasLetGoCanBeTakenAgain() throws IOException {
        StateLock.take(state).close();
        Files.writeString(state.resolve(StateLock.FILE), "99999999 and more");
        StateLock.take(state).close();
        assertThat(Files.readString(state.resolve(StateLock.FILE)))
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
    }
}

package io.berth.server.daemon;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kernel.KernelVersion;
import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void anOldKernelGetsOneLineThatSaysWhatToDo() {
        assertThatThrownBy(() -> Machine.requireKernel(KernelVersion.parse("5.15.0-91-generic")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("6.1")
                .hasMessageContaining("5.15.0-91-generic")
                .hasMessageContaining("boot a newer kernel");
    }

    @Test
    void aKernelThatIsNewEnoughIsTaken() {
        assertThatCode(() -> Machine.requireKernel(KernelVersion.parse("6.1.0-18-amd64")))
                .doesNotThrowAnyException();
    }

    @Test
    void anybodyButRootGetsOneLineThatSaysWhatToDo() {
        assertThatThrownBy(() -> Machine.requireRoot(1000))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("root")
                .hasMessageContaining("sudo");
        assertThatCode(() -> Machine.requireRoot(0)).doesNotThrowAnyException();
    }
}

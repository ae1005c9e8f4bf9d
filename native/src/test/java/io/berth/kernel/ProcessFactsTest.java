package io.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessFactsTest {
    @Test
    void thereAreFortyOneCapabilitiesInTheKernelsOrder() {
        assertThat(Arrays.stream(Capability.values()).mapToInt(Capability::number))
                .hasSize(41)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(Capability.find("CAP_SYS_ADMIN")).contains(Capability.SYS_ADMIN);
        assertThat(Capability.SYS_ADMIN.number()).isEqualTo(21);
        assertThat(Capability.CHECKPOINT_RESTORE.number()).isEqualTo(40);
        assertThat(Capability.find("SYS_ADMIN")).isEmpty();
    }

    @Test
    void theTableReachesTheRunningKernelsLastCapability() throws Exception {
        String last = Files.readString(Path.of("/proc/sys/kernel/cap_last_cap")).strip();
        assertThat(Capability.values().length - 1).isGreaterThanOrEqualTo(Integer.parseInt(last));
    }

    @Test
    void setsAreAddedAndTakenAway() {
        CapabilitySet both = CapabilitySet.of(Capability.CHOWN, Capability.CHECKPOINT_RESTORE);
        assertThat(both.bits()).isEqualTo(0x10000000001L);
        assertThat(both.minus(CapabilitySet.of(Capability.CHOWN)).names()).containsExactly("CAP_CHECKPOINT_RESTORE");
        assertThat(both.intersection(CapabilitySet.of(Capability.CHOWN)).contains(Capability.CHOWN))
                .isTrue();
        assertThat(CapabilitySet.NONE.union(both)).isEqualTo(both);
    }

    @Test
    void aStatusFileIsRead() {
        ProcessStatus status = ProcessStatus.parse("""
                Name:\tjava
                Uid:\t1000\t0\t1000\t1000
                CapInh:\t0000000000000000
                CapPrm:\t000001fffeffffff
                CapEff:\t000001fffeffffff
                CapBnd:\t000001ffffffffff
                NoNewPrivs:\t1
                """);
        assertThat(status.effectiveUid()).isZero();
        assertThat(status.effective().contains(Capability.SYS_RESOURCE)).isFalse();
        assertThat(status.bounding().contains(Capability.SYS_RESOURCE)).isTrue();
        assertThat(status.noNewPrivileges()).isTrue();
        assertThatThrownBy(() -> ProcessStatus.parse("Name: x")).hasMessageContaining("Uid");
    }

    @Test
    void thisProcessesStatusIsReadable() {
        assertThat(ProcessStatus.current().effectiveUid())
                .isEqualTo(SystemCalls.real().geteuid());
    }

    @ParameterizedTest
    @CsvSource({"6.1.0-18-amd64,true", "6.0.19,false", "5.15.0-1234-aws,false", "6.18.44-fc,true", "10.0,true"})
    void aKernelIsOldEnoughOrNot(String release, boolean suits) {
        assertThat(KernelVersion.parse(release).isAtLeast(KernelVersion.OLDEST)).isEqualTo(suits);
    }

    @Test
    void whatIsNoVersionIsRefused() {
        assertThatThrownBy(() -> KernelVersion.parse("linux")).hasMessageContaining("'linux'");
        assertThat(KernelVersion.current().major()).isGreaterThanOrEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"2,ENOENT", "524,ENOTSUPP", "41,UNKNOWN", "0,UNKNOWN", "-3,UNKNOWN", "9999,UNKNOWN"})
    void errorsAreFoundByNumber(int number, Errno errno) {
        assertThat(Errno.of(number)).isEqualTo(errno);
    }
}

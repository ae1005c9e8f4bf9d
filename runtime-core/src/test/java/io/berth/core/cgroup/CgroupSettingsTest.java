package io.berth.core.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.error.BerthException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupSettingsTest {
    private static LinuxResources resources(
            long period, long quota, long shares, long memory, long swap, String cpus, Map<String, String> unified) {
        return new LinuxResources(period, quota, shares, memory, swap, 0, cpus, "", List.of(), unified);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "1024, 100", "262144, 10000", "300000, 10000"})
    void theEndsAndTheDefaultOfBothScalesMeet(long shares, long weight) {
        assertThat(CgroupSettings.weight(shares)).isEqualTo(weight);
    }

    @Test
    void moreSharesNeverWeighLess() {
        long before = 0;
        for (long shares = 2; shares <= 262_144; shares += 37) {
            long weight = CgroupSettings.weight(shares);
            assertThat(weight).isBetween(Math.max(1, before), 10_000L);
            before = weight;
        }
    }

    @Test
    void aQuotaIsWrittenWithItsPeriod() {
        assertThat(CgroupSettings.of(resources(100_000, 20_000, 0, 0, 0, "", Map.of())))
                .containsExactly(new CgroupSetting("cpu", "cpu.max", "20000 100000"));
        assertThat(CgroupSettings.of(resources(0, -1, 0, 0, 0, "", Map.of())))
                .containsExactly(new CgroupSetting("cpu", "cpu.max", "max 100000"));
    }

    @Test
    void swapIsWhatIsLeftOfTheSum() {
        assertThat(CgroupSettings.of(resources(0, 0, 0, 100, 150, "", Map.of())))
                .containsExactly(
                        new CgroupSetting("memory", "memory.swap.max", "50"),
                        new CgroupSetting("memory", "memory.max", "100"));
        assertThat(CgroupSettings.of(resources(0, 0, 0, 100, 100, "", Map.of())))
                .contains(new CgroupSetting("memory", "memory.swap.max", "0"));
    }

    @Test
    void lessSwapAndMemoryThanMemoryIsRefused() {
        assertThatThrownBy(() -> CgroupSettings.of(resources(0, 0, 0, 100, 50, "", Map.of())))
                .isInstanceOf(BerthException.class)
                .hasMessageContaining("memory_swap_limit_in_bytes 50");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-", "a", "1,,2", "1;2", "0-3\n"})
    void aCpusetThatIsNoListIsRefused(String cpus) {
        assertThatThrownBy(() -> CgroupSettings.of(resources(0, 0, 0, 0, 0, cpus, Map.of())))
                .hasMessageContaining("cpuset_cpus");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../memory.max", "cgroup.procs", "memory", "memory.max/../x", ""})
    void aUnifiedKeyThatIsNoControllersFileIsRefused(String key) {
        assertThatThrownBy(() -> CgroupSettings.of(resources(0, 0, 0, 0, 0, "", Map.of(key, "1"))))
                .hasMessageContaining("unified key");
    }

    @Test
    void aUnifiedKeyIsWrittenAsItStands() {
        assertThat(CgroupSettings.of(resources(0, 0, 0, 0, 0, "", Map.of("memory.high", "1000"))))
                .containsExactly(new CgroupSetting("memory", "memory.high", "1000"));
    }

    @Test
    void eachFileIsWrittenOnceAndUnifiedHasTheLastWord() {
        assertThat(CgroupSettings.of(resources(0, 0, 0, 100, 0, "", Map.of("memory.max", "70"))))
                .containsExactly(new CgroupSetting("memory", "memory.max", "70"));
    }

    @Test
    void memoryWithoutALimitLeavesNoneToTheSumWithSwap() {
        LinuxResources limited = resources(0, 0, 0, 100, 150, "", Map.of());
        assertThat(CgroupSettings.of(limited.with(resources(0, 0, 0, -1, 0, "", Map.of()))))
                .containsExactlyInAnyOrder(
                        new CgroupSetting("memory", "memory.swap.max", "max"),
                        new CgroupSetting("memory", "memory.max", "max"));
    }
}

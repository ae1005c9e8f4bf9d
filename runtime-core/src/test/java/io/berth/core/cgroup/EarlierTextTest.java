package io.berth.core.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlierTextTest {
    private static CgroupSetting setting(String file, String value) {
        return new CgroupSetting(file.substring(0, file.indexOf('.')), file, value);
    }

    @Test
    void whatWasReadIsWritten() {
        assertThat(EarlierText.of(setting("cpu.max", "5000 10000"), "max 100000", null))
                .containsExactly("max 100000");
    }

    @Test
    void anEmptyCpusetIsEmptyAgainOrElseHasWhatItHadFromAbove() {
        assertThat(EarlierText.of(setting("cpuset.cpus", "0"), "", "0-3\n")).containsExactly("\n", "0-3");
        assertThat(EarlierText.of(setting("cpuset.cpus", "0"), "", null)).containsExactly("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "io.max, 8:0 rbps=5, 8:0 rbps=max wbps=7 riops=max wiops=max",
        "io.max, 8:16 rbps=5, 8:16 rbps=max wbps=max riops=max wiops=max",
        "io.weight, 8:0 50, 8:0 default",
        "io.weight, 50, default 100",
    })
    void ofADeviceItsOwnLineIsWrittenOrWhatNoLineMeans(String file, String value, String expected) {
        String before = file.equals("io.max")
                ? "8:0 rbps=max wbps=7 riops=max wiops=max\n9:0 rbps=1 wbps=1 riops=1 wiops=1"
                : "default 100\n9:0 30";
        assertThat(EarlierText.of(setting(file, value), before, null)).containsExactly(expected);
    }
}

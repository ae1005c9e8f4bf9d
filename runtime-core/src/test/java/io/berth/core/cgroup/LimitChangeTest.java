package io.berth.core.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitChangeTest {
    private static final CgroupSetting MEMORY = new CgroupSetting("memory", "memory.max", "200");
    private static final CgroupSetting SWAP = new CgroupSetting("memory", "memory.swap.max", "50");
    private static final CgroupSetting CPU = new CgroupSetting("cpu", "cpu.max", "20000 100000");

    private static List<CgroupSetting> ordered(Map<String, String> before) {
        return LimitChange.raisedFirst(List.of(SWAP, MEMORY, CPU), before::get);
    }

    @Test
    void memoryIsRaisedBeforeSwapIsLowered() {
        assertThat(ordered(Map.of("memory.max", "100\n", "memory.swap.max", "90\n")))
                .containsExactly(MEMORY, CPU, SWAP);
    }

    @Test
    void swapIsRaisedBeforeMemoryIsLowered() {
        assertThat(ordered(Map.of("memory.max", "max\n", "memory.swap.max", "0\n")))
                .containsExactly(SWAP, CPU, MEMORY);
    }

    @Test
    void whatCannotBeReadOrComparedKeepsItsPlace() {
        assertThat(ordered(Map.of("cpu.max", "max 100000\n"))).containsExactly(SWAP, MEMORY, CPU);
    }
}

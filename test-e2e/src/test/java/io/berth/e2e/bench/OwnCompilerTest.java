package io.berth.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnCompilerTest {
    @Test
    void itsTimeIsAPartOfTheProgramsAndNeverLess() {
        OwnCompiler compiler = new OwnCompiler();
        double first = compiler.milliseconds();
        double second = compiler.milliseconds();
        double program = CpuMeter.processMilliseconds(ProcessHandle.current().pid());
        assertThat(first).isPositive();
        assertThat(second).isGreaterThanOrEqualTo(first).isLessThan(program);
    }
}

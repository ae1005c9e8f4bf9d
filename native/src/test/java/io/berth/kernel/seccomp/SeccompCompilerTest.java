package io.berth.kernel.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kernel.Architecture;
import io.berth.kernel.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SeccompCompilerTest {
    private final SeccompCompiler compiler = new SeccompCompiler(SystemCalls.real());

    private static SeccompProfile denying(SeccompProfile.Rule... rules) {
        return new SeccompProfile("SCMP_ACT_ALLOW", null, List.of(), List.of(), List.of(rules));
    }

    private static SeccompProfile.Rule rule(String action, @Nullable Integer errno, String... names) {
        return new SeccompProfile.Rule(List.of(names), action, errno, List.of());
    }

    @Test
    void aProfileThatDeniesMkdirBecomesAProgram() {
        SeccompFilter filter = compiler.compile(denying(rule("SCMP_ACT_ERRNO", 1, "mkdir", "mkdirat", "no_such_call")));
        assertThat(filter.program().size()).isPositive().isLessThan(8 * 4096);
        assertThat(filter.program().size() % 8).isZero();
        assertThat(filter.flags()).isZero();
        BpfMachine machine = new BpfMachine(filter.program());
        assertThat(machine.run(Architecture.X86_64.auditArchitecture(), 83)).isEqualTo(0x00050001);
        assertThat(machine.run(Architecture.X86_64.auditArchitecture(), 258)).isEqualTo(0x00050001);
        assertThat(machine.run(Architecture.X86_64.auditArchitecture(), 1)).isEqualTo(0x7fff0000);
        assertThat(machine.run(0x40000003, 39)).as("mkdir of 32-bit programs").isEqualTo(0x00050001);
    }

    @Test
    void theSameProfileGivesTheSameInstance() {
        SeccompProfile.Rule rule = rule("SCMP_ACT_ERRNO", null, "mkdir");
        assertThat(compiler.compile(denying(rule))).isSameAs(compiler.compile(denying(rule)));
        assertThat(compiler.compile(denying(rule)))
                .isNotSameAs(compiler.compile(denying(rule("SCMP_ACT_ERRNO", 2, "mkdir"))));
    }

    @Test
    void oldProfilesAreForgotten() {
        SeccompProfile first = denying(rule("SCMP_ACT_ERRNO", 1000, "mkdir"));
        SeccompFilter filter = compiler.compile(first);
        for (int errno = 1; errno <= 64; errno++) {
            var _ = compiler.compile(denying(rule("SCMP_ACT_ERRNO", errno, "mkdir")));
        }
        assertThat(compiler.compile(first)).isNotSameAs(filter).isEqualTo(filter);
    }

    @Test
    void argumentsAreCompared() {
        var equal = new SeccompProfile.Argument(0, 8, 0, "SCMP_CMP_EQ");
        var masked = new SeccompProfile.Argument(1, 0xF0, 0x10, "SCMP_CMP_MASKED_EQ");
        SeccompFilter filter = compiler.compile(
                denying(new SeccompProfile.Rule(List.of("personality"), "SCMP_ACT_ERRNO", 13, List.of(equal, masked))));
        BpfMachine machine = new BpfMachine(filter.program());
        int architecture = Architecture.X86_64.auditArchitecture();
        assertThat(machine.run(architecture, 135, 8, 0x1F)).isEqualTo(0x0005000d);
        assertThat(machine.run(architecture, 135, 8, 0x2F)).isEqualTo(0x7fff0000);
        assertThat(machine.run(architecture, 135, 9, 0x1F)).isEqualTo(0x7fff0000);
    }

    @Test
    void severalConditionsOnOneArgumentMeanAnyOfThem() {
        List<SeccompProfile.Argument> values = new ArrayList<>();
        for (long value : new long[] {0, 8, 0x20000}) {
            values.add(new SeccompProfile.Argument(0, value, 0, "SCMP_CMP_EQ"));
        }
        SeccompFilter filter = compiler.compile(new SeccompProfile(
                "SCMP_ACT_ERRNO",
                null,
                List.of(),
                List.of("SECCOMP_FILTER_FLAG_LOG"),
                List.of(new SeccompProfile.Rule(List.of("personality"), "SCMP_ACT_ALLOW", null, values))));
        BpfMachine machine = new BpfMachine(filter.program());
        int architecture = Architecture.X86_64.auditArchitecture();
        assertThat(machine.run(architecture, 135, 8)).isEqualTo(0x7fff0000);
        assertThat(machine.run(architecture, 135, 0x20000)).isEqualTo(0x7fff0000);
        assertThat(machine.run(architecture, 135, 9)).isEqualTo(0x00050001);
        assertThat(filter.flags()).isEqualTo(2);
    }

    @Test
    void callsNewerThanTheProfileAreNotImplemented() {
        SeccompFilter filter = compiler.compile(new SeccompProfile(
                "SCMP_ACT_ERRNO",
                null,
                List.of(),
                List.of(),
                List.of(rule("SCMP_ACT_ALLOW", null, "read", "openat2", "close_range"))));
        BpfMachine machine = new BpfMachine(filter.program());
        for (int architecture : new int[] {Architecture.X86_64.auditArchitecture(), 0x40000003}) {
            assertThat(machine.run(architecture, 437)).isEqualTo(0x7fff0000);
            assertThat(machine.run(architecture, 435)).as("clone3").isEqualTo(0x00050001);
            assertThat(machine.run(architecture, 452)).as("fchmodat2").isEqualTo(0x00050026);
        }
        int x32 = 0x40000000;
        int architecture = Architecture.X86_64.auditArchitecture();
        assertThat(machine.run(architecture, x32 + 437)).isEqualTo(0x7fff0000);
        assertThat(machine.run(architecture, x32 + 435)).isEqualTo(0x00050001);
        assertThat(machine.run(architecture, x32 + 600)).isEqualTo(0x00050026);
        assertThat(machine.run(0x12345, 0)).as("another architecture").isZero();
    }

    @Test
    void aProfileThatAllowsByDefaultAllowsNewCalls() {
        BpfMachine machine = new BpfMachine(
                compiler.compile(denying(rule("SCMP_ACT_ERRNO", null, "mkdir"))).program());
        assertThat(machine.run(Architecture.X86_64.auditArchitecture(), 452)).isEqualTo(0x7fff0000);
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThatThrownBy(() -> compiler.compile(denying(rule("SCMP_ACT_NO", null, "mkdir"))))
                .isInstanceOf(SeccompException.class)
                .hasMessageContaining("'SCMP_ACT_NO'")
                .hasMessageContaining("SCMP_ACT_ALLOW");
        assertThatThrownBy(() -> compiler.compile(denying(rule("SCMP_ACT_NOTIFY", null, "mkdir"))))
                .hasMessageContaining("listener");
        assertThatThrownBy(() -> compiler.compile(
                        new SeccompProfile("SCMP_ACT_ALLOW", null, List.of("SCMP_ARCH_Z80"), List.of(), List.of())))
                .hasMessageContaining("SCMP_ARCH_Z80");
        assertThatThrownBy(() -> compiler.compile(
                        new SeccompProfile("SCMP_ACT_ALLOW", null, List.of(), List.of("FAST"), List.of())))
                .hasMessageContaining("FAST");
    }
}

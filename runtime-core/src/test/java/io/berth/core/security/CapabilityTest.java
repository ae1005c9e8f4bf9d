package io.berth.core.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class CapabilityTest {
    @Test
    void numbersAreTheKernels() {
        assertThat(Capability.mask(EnumSet.of(Capability.CAP_CHOWN))).isEqualTo(1);
        assertThat(Capability.mask(EnumSet.of(Capability.CAP_SYS_ADMIN))).isEqualTo(1L << 21);
        assertThat(Capability.mask(EnumSet.of(Capability.CAP_SYS_RESOURCE))).isEqualTo(1L << 24);
        assertThat(Capability.mask(EnumSet.of(Capability.CAP_AUDIT_READ))).isEqualTo(1L << 37);
        assertThat(Capability.mask(EnumSet.of(Capability.CAP_CHECKPOINT_RESTORE)))
                .isEqualTo(1L << 40);
    }

    @Test
    void aMaskIsTakenApartAsItWasMade() {
        EnumSet<Capability> set = EnumSet.of(Capability.CAP_KILL, Capability.CAP_BPF);
        assertThat(Capability.ofMask(Capability.mask(set))).isEqualTo(set);
    }

    @Test
    void withoutTheCapabilityAScoreBelowOnesOwnIsRaised() {
        HostFacts poor = new HostFacts(EnumSet.noneOf(Capability.class), -10, false, false, true, "");
        assertThat(poor.restrictOomScoreAdj(-900)).isEqualTo(-10);
        assertThat(poor.restrictOomScoreAdj(500)).isEqualTo(500);
        HostFacts rich = new HostFacts(EnumSet.of(Capability.CAP_SYS_RESOURCE), -10, false, false, true, "");
        assertThat(rich.restrictOomScoreAdj(-900)).isEqualTo(-900);
    }
}

package io.berth.e2e.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SoakLookTest {
    private static final SoakLook BEFORE = new SoakLook(1000, 80, 20_000, Map.of("descriptors", 100L, "links", 5L));

    @Test
    void aLittleMoreOrLessIsNoGrowth() {
        assertThat(new SoakLook(9000, 90, 19_900, Map.of("descriptors", 104L, "links", 3L)).grownSince(BEFORE))
                .isEmpty();
    }

    @Test
    void whatGrowsIsNamedWithBothNumbers() {
        assertThat(new SoakLook(9000, 120, 19_000, Map.of("descriptors", 8100L, "links", 5L)).grownSince(BEFORE))
                .containsExactly(
                        "descriptors: 100 after 1000 pods, 8100 after 9000",
                        "daemon's memory: 80.0 MB, then 120.0",
                        "memory in use: 20000 MB free, then 19000");
    }
}

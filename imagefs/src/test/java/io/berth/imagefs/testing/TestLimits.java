package io.berth.imagefs.testing;

import io.berth.imagefs.PullLimits;
import java.time.Duration;

/** Limits that bite within a test's patience. */
public final class TestLimits {
    public static final PullLimits QUICK = new PullLimits(
            1 << 20,
            500,
            64,
            80 << 20,
            10_000,
            4096,
            64 << 10,
            1_100,
            4,
            4,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            3,
            Duration.ofMillis(10),
            Duration.ofMillis(200),
            Duration.ofSeconds(60));

    private TestLimits() {}
}

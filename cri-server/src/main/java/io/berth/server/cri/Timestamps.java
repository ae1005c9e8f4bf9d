package io.berth.server.cri;

import java.time.Instant;

/** Times as the CRI counts them. */
final class Timestamps {
    private Timestamps() {}

    /** Nanoseconds since the epoch. */
    static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}

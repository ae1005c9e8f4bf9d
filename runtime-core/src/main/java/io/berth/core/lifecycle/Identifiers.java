package io.berth.core.lifecycle;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;

/** New ids and the time. */
final class Identifiers {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private Identifiers() {}

    /** 64 hexadecimal characters. */
    static String random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Nanoseconds since the epoch. */
    static long now() {
        Instant now = Clock.systemUTC().instant();
        return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    }
}

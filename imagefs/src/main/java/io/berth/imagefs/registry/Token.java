package io.berth.imagefs.registry;

import java.time.Duration;

/**
 * A bearer token.
 *
 * @param text as it goes into a header
 * @param lifetime how long it may be shown
 */
record Token(String text, Duration lifetime) {
    /** What the distribution specification says of tokens that do not say it. */
    private static final long USUAL_SECONDS = 60;

    private static final long LONGEST_SECONDS = 24 * 60 * 60;

    /** From the seconds that a token server promises; 0 where it promises nothing. */
    static Duration lifetime(long promised) {
        return Duration.ofSeconds(promised <= 0 ? USUAL_SECONDS : Math.min(promised, LONGEST_SECONDS));
    }
}

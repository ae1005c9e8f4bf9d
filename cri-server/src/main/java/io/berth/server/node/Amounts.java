package io.berth.server.node;

import java.util.Locale;

/** Numbers as a person reads them. */
final class Amounts {
    private Amounts() {}

    /** Decimal units, three digits or so: {@code 12.3 MB}. */
    static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 999.95 && unit < 3) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %cB", value, "kMGT".charAt(unit));
    }

    /** {@code 42 s}, {@code 3 m 20 s}, {@code 2 h 5 m}. */
    static String age(long nanoseconds) {
        long seconds = nanoseconds / 1_000_000_000L;
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? seconds / 60 + " m " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds % 3600 / 60 + " m";
    }

    /** The beginning of a digest that is enough to tell it from others. */
    static String shortId(String digest) {
        String hex = digest.substring(digest.indexOf(':') + 1);
        return hex.substring(0, Math.min(12, hex.length()));
    }
}

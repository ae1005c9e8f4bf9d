package io.berth.server.config;

import org.jspecify.annotations.Nullable;

/** Numbers with a unit. */
enum Quantity {
    /** Lengths of time, counted in milliseconds. */
    DURATION("a number with ms, s, m or h"),
    /** Amounts of bytes. */
    SIZE("a number of bytes, or one with KiB, MiB, GiB or TiB");

    private static final int MOST_DIGITS = 15;

    private final String form;

    Quantity(String form) {
        this.form = form;
    }

    /** What such a text looks like, for messages. */
    String form() {
        return form;
    }

    /** Milliseconds or bytes; null for a text that is none, or too much for 64 bits. */
    @Nullable
    Long parse(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        long factor = factor(text.substring(digits));
        if (digits == 0 || digits > MOST_DIGITS || factor == 0) {
            return null;
        }
        long number = Long.parseLong(text.substring(0, digits));
        return number > Long.MAX_VALUE / factor ? null : Long.valueOf(number * factor);
    }

    /** Milliseconds or bytes of a text that is right. */
    long units(String text) {
        Long units = parse(text);
        if (units == null) {
            throw new IllegalArgumentException(text);
        }
        return units;
    }

    /** 0 for a unit that there is not. */
    private long factor(String unit) {
        return switch (this) {
            case DURATION ->
                switch (unit) {
                    case "ms" -> 1;
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 0;
                };
            case SIZE ->
                switch (unit) {
                    case "" -> 1;
                    case "KiB" -> 1L << 10;
                    case "MiB" -> 1L << 20;
                    case "GiB" -> 1L << 30;
                    case "TiB" -> 1L << 40;
                    default -> 0;
                };
        };
    }
}

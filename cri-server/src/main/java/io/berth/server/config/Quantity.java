package io.berth.server.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with a unit. */
enum Quantity {
    /** Lengths of time, counted in milliseconds. */
    DURATION("a number with ms, s, m or h"),
    /** Amounts of bytes. */
    SIZE("a number of bytes, or one with KiB, MiB, GiB or TiB");

    private static final Pattern FORM = Pattern.compile("([0-9]{1,15})([A-Za-z]*)");

    private final String form;

    Quantity(String form) {
        this.form = form;
    }

    String form() {
        return form;
    }

    boolean parses(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        long factor = factor(matcher.group(2));
        return factor > 0 && Long.parseLong(matcher.group(1)) <= Long.MAX_VALUE / factor;
    }

    /** Milliseconds or bytes of a text that {@linkplain #parses parses}. */
    long units(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        return Long.parseLong(matcher.group(1)) * factor(matcher.group(2));
    }

    Duration duration(String text) {
        return Duration.ofMillis(units(text));
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

package io.berth.server.cri.mapping;

import com.google.protobuf.Internal;
import io.berth.core.error.BerthException;
import java.time.Duration;
import java.util.List;

/** What a request must have; each method throws INVALID_ARGUMENT with the field's name. */
public final class Require {
    /** Longer waits are as good as this one, and counting them in nanoseconds would overflow. */
    private static final long LONGEST_WAIT_SECONDS = Duration.ofDays(3650).toSeconds();

    private Require() {}

    public static String text(String value, String field) {
        if (value.isEmpty()) {
            throw BerthException.invalidArgument(field + " is empty");
        }
        return plain(value, field);
    }

    /** A text that the kernel could take whole. */
    static String plain(String value, String field) {
        if (value.indexOf('\0') >= 0) {
            throw BerthException.invalidArgument(field + " contains a NUL character");
        }
        return value;
    }

    static List<String> plain(List<String> values, String field) {
        for (int i = 0; i < values.size(); i++) {
            plain(values.get(i), field + "[" + i + "]");
        }
        return values;
    }

    public static void present(boolean isPresent, String field) {
        if (!isPresent) {
            throw BerthException.invalidArgument(field + " is missing");
        }
    }

    public static <T> List<T> notEmpty(List<T> values, String field) {
        if (values.isEmpty()) {
            throw BerthException.invalidArgument(field + " is empty");
        }
        return values;
    }

    /** Seconds of a request. */
    public static Duration seconds(long value, String field) {
        return Duration.ofSeconds(Math.min(between(value, 0, Long.MAX_VALUE, field), LONGEST_WAIT_SECONDS));
    }

    static long between(long value, long least, long most, String field) {
        if (value < least || value > most) {
            throw BerthException.invalidArgument(
                    most == Long.MAX_VALUE
                            ? field + " is " + value + ", less than " + least
                            : field + " is " + value + ", must be " + least + " to " + most);
        }
        return value;
    }

    /** For the value of an enum that this CRI version does not have. */
    static BerthException unknown(String field, Internal.EnumLite value, int number) {
        return BerthException.invalidArgument(
                field + " is " + number + ", which is no " + value.getClass().getSimpleName());
    }
}

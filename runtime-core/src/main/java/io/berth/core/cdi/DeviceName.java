package io.berth.core.cdi;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name by which a device is asked for, vendor/class=name.
 *
 * @param kind vendor/class
 */
record DeviceName(String kind, String name) {
    private static final Pattern VENDOR_OR_CLASS = Pattern.compile("[a-zA-Z]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9_.:-]*[a-zA-Z0-9])?");
    private static final int LONGEST_VENDOR = 253;
    private static final int LONGEST_CLASS = 63;

    /** The name that a text is; empty when it is none. */
    static Optional<DeviceName> parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return Optional.empty();
        }
        DeviceName parsed = new DeviceName(text.substring(0, equals), text.substring(equals + 1));
        return isKind(parsed.kind) && isName(parsed.name) ? Optional.of(parsed) : Optional.empty();
    }

    static boolean isKind(String kind) {
        int slash = kind.indexOf('/');
        return slash > 0
                && slash <= LONGEST_VENDOR
                && kind.length() - slash - 1 <= LONGEST_CLASS
                && VENDOR_OR_CLASS.matcher(kind.substring(0, slash)).matches()
                && VENDOR_OR_CLASS.matcher(kind.substring(slash + 1)).matches();
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    @Override
    public String toString() {
        return kind + "=" + name;
    }
}

package io.berth.server.cri.mapping;

import io.berth.proto.cri.v1.Signal;

/** Signals by name: {@code SIGRTMIN+3} in the core is {@code SIGNAL_SIGRTMINPLUS3} in the CRI. */
final class SignalMapping {
    private static final String PREFIX = "SIGNAL_";

    private SignalMapping() {}

    /** The core's name, empty where the runtime may choose. */
    static String toCore(Signal signal, int number, String field) {
        return switch (signal) {
            case UNRECOGNIZED -> throw Require.unknown(field, signal, number);
            case SIGNAL_RUNTIME_DEFAULT -> "";
            default -> // every other name follows the rule
                signal.name().substring(PREFIX.length()).replace("PLUS", "+").replace("MINUS", "-");
        };
    }

    /** The CRI's name; a signal that the CRI has no name for, a bare number of an image, is the runtime's choice. */
    @SuppressWarnings("LiteEnumValueOf") // the names are signals' own, and the numbers those of an enum
    static Signal toCri(String name) {
        if (name.isEmpty()) {
            return Signal.SIGNAL_RUNTIME_DEFAULT;
        }
        String full = (name.startsWith("SIG") ? name : "SIG" + name)
                .replace("+", "PLUS")
                .replace("-", "MINUS");
        try {
            return Signal.valueOf(PREFIX + full);
        } catch (IllegalArgumentException e) {
            return Signal.SIGNAL_RUNTIME_DEFAULT;
        }
    }
}

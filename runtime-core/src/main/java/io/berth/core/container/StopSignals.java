package io.berth.core.container;

import io.berth.core.error.BerthException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Signals by name, with the numbers of x86-64 and arm64 (signal(7)). */
public final class StopSignals {
    private static final int FIRST_REAL_TIME = 34;
    private static final int LAST_REAL_TIME = 64;
    private static final Map<String, Integer> NUMBERS = numbers();

    /** What a container is asked to stop with when neither its config nor its image says. */
    public static final String DEFAULT = "SIGTERM";

    private StopSignals() {}

    private static Map<String, Integer> numbers() {
        String[] names = {
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS"
        };
        Map<String, Integer> numbers = new TreeMap<>();
        for (int index = 0; index < names.length; index++) {
            numbers.put("SIG" + names[index], index + 1);
        }
        numbers.put("SIGIOT", 6);
        numbers.put("SIGCLD", 17);
        numbers.put("SIGPOLL", 29);
        numbers.put("SIGRTMIN", FIRST_REAL_TIME);
        numbers.put("SIGRTMAX", LAST_REAL_TIME);
        for (int distance = 1; distance <= 15; distance++) {
            numbers.put("SIGRTMIN+" + distance, FIRST_REAL_TIME + distance);
        }
        for (int distance = 1; distance <= 14; distance++) {
            numbers.put("SIGRTMAX-" + distance, LAST_REAL_TIME - distance);
        }
        return numbers;
    }

    /** The full name for a name with or without SIG, in any case, or a number. */
    public static String normalize(String signal) {
        String upper = signal.strip().toUpperCase(Locale.ROOT);
        if (!upper.isEmpty() && upper.chars().allMatch(character -> character >= '0' && character <= '9')) {
            return NUMBERS.entrySet().stream()
                    .filter(entry -> entry.getValue().toString().equals(upper))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow(() -> unknown(signal));
        }
        String full = upper.startsWith("SIG") ? upper : "SIG" + upper;
        if (!NUMBERS.containsKey(full)) {
            throw unknown(signal);
        }
        return full;
    }

    /** The number of a full name. */
    public static int number(String name) {
        Integer number = NUMBERS.get(name);
        if (number == null) {
            throw unknown(name);
        }
        return number;
    }

    private static BerthException unknown(String signal) {
        return BerthException.invalidArgument(
                "\"" + signal + "\" is not a signal: name one such as SIGTERM or SIGRTMIN+3");
    }
}

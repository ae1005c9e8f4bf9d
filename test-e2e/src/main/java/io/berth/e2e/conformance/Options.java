package io.berth.e2e.conformance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The command line of a run.
 *
 * @param critest the suite's program
 * @param results where the results go, as JSON
 * @param parallel runs at the same time
 * @param repeat how many times all is run
 * @param seed decides the order; each repetition has the next one
 * @param selection critest's flags that choose specs
 * @param flags critest's other flags
 */
record Options(
        Path critest, Path results, int parallel, int repeat, long seed, List<String> selection, List<String> flags) {
    private static final Pattern CHOOSES = Pattern.compile("--?ginkgo\\.(focus|skip|label-filter).*");

    /**
     * Reads a command line: what is no option of ours is critest's.
     *
     * @throws IllegalArgumentException when an option lacks its value, or a value is no number
     */
    static Options parse(String[] arguments) {
        Path critest = Path.of("critest");
        Path results = Path.of("results.json");
        int parallel = 1;
        int repeat = 1;
        long seed = System.currentTimeMillis() / 1000;
        List<String> selection = new ArrayList<>();
        List<String> flags = new ArrayList<>();
        for (int at = 0; at < arguments.length; at++) {
            switch (arguments[at]) {
                case "--critest" -> critest = Path.of(value(arguments, ++at)).toAbsolutePath();
                case "--results" -> results = Path.of(value(arguments, ++at)).toAbsolutePath();
                case "--parallel" -> parallel = Integer.parseInt(value(arguments, ++at));
                case "--repeat" -> repeat = Integer.parseInt(value(arguments, ++at));
                case "--seed" -> seed = Long.parseLong(value(arguments, ++at));
                default -> (CHOOSES.matcher(arguments[at]).matches() ? selection : flags).add(arguments[at]);
            }
        }
        return new Options(critest, results, parallel, repeat, seed, List.copyOf(selection), List.copyOf(flags));
    }

    private static String value(String[] arguments, int at) {
        if (at >= arguments.length) {
            throw new IllegalArgumentException(arguments[at - 1] + " wants a value");
        }
        return arguments[at];
    }
}

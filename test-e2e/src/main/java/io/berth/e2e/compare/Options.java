package io.berth.e2e.compare;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for.
 *
 * @param parts what to measure
 * @param quick less of each
 * @param json the file for all numbers
 * @param chart the file for the chart
 * @param soakMinutes how long pods of Berth alone go up and down; 0: measure
 * @param soakPods how many of them are up at once
 */
record Options(Set<PartName> parts, boolean quick, Path json, Path chart, int soakMinutes, int soakPods) {
    private static final int SOAK_PODS = 1000;
    private static final Set<String> WITH_VALUE = Set.of("--only", "--json", "--chart", "--soak", "--pods");

    /**
     * Reads the command line.
     *
     * @param directory where the files go if it does not say
     * @throws IllegalArgumentException with a message for the user
     */
    static Options parse(List<String> words, Path directory) {
        Map<String, String> given = new HashMap<>();
        for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
            String word = rest.next();
            if (word.equals("--quick")) {
                given.put(word, "");
            } else if (!WITH_VALUE.contains(word)) {
                throw new IllegalArgumentException(word + " is unknown");
            } else if (!rest.hasNext()) {
                throw new IllegalArgumentException(word + " wants a value");
            } else {
                given.put(word, rest.next());
            }
        }
        return new Options(
                parts(given.get("--only")),
                given.containsKey("--quick"),
                Path.of(given.getOrDefault(
                        "--json", directory.resolve("bench.json").toString())),
                Path.of(given.getOrDefault(
                        "--chart", directory.resolve("bench.svg").toString())),
                number(given, "--soak", 0),
                number(given, "--pods", SOAK_PODS));
    }

    private static Set<PartName> parts(@Nullable String words) {
        return words == null
                ? EnumSet.allOf(PartName.class)
                : Stream.of(words.split(",", -1))
                        .map(PartName::of)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(PartName.class)));
    }

    private static int number(Map<String, String> given, String word, int without) {
        String value = given.get(word);
        if (value == null) {
            return without;
        }
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException failure) {
            // As a number that is too small.
        }
        throw new IllegalArgumentException(word + " wants a whole number from 1 on, not \"" + value + "\"");
    }
}

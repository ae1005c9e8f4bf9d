package io.berth.e2e.leftover;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What was on the machine at one moment, by kind: each thing's name with how often it was there. Two of them, taken
 * before and after, tell what was left behind.
 */
public record Leftovers(NavigableMap<String, NavigableMap<String, Integer>> kinds) {
    /** Counts names that come more than once. */
    static NavigableMap<String, Integer> count(Iterable<String> names) {
        NavigableMap<String, Integer> counts = new TreeMap<>();
        names.forEach(name -> counts.merge(name, 1, Integer::sum));
        return counts;
    }

    /** What is here and was not there before, and what is gone: one line each, such as {@code + link bth12ab}. */
    public List<String> since(Leftovers before) {
        List<String> differences = new ArrayList<>();
        kinds.forEach((kind, now) -> {
            Map<String, Integer> then = before.kinds.getOrDefault(kind, new TreeMap<>());
            now.forEach((name, count) -> difference(differences, kind, name, count - then.getOrDefault(name, 0)));
            then.forEach((name, count) -> {
                if (!now.containsKey(name)) {
                    difference(differences, kind, name, -count);
                }
            });
        });
        return differences;
    }

    private static void difference(List<String> differences, String kind, String name, int count) {
        if (count != 0) {
            String times = Math.abs(count) > 1 ? " x" + Math.abs(count) : "";
            differences.add((count > 0 ? "+ " : "- ") + kind + " " + name + times);
        }
    }
}

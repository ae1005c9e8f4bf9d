package io.berth.e2e.tour;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** How long each kind of call took: the first time, and the median of the times after it. */
final class Times {
    private static final double NANOSECONDS_PER_MILLISECOND = 1e6;

    private final Map<String, List<Long>> nanoseconds = new LinkedHashMap<>();

    <T> T measure(String what, Supplier<T> call) {
        long start = System.nanoTime();
        T result = call.get();
        nanoseconds.computeIfAbsent(what, key -> new ArrayList<>()).add(System.nanoTime() - start);
        return result;
    }

    void measure(String what, Runnable call) {
        measure(what, () -> {
            call.run();
            return what;
        });
    }

    /** The table, a line for each kind of call in the order in which they came first. */
    List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-18s %12s %14s", "", "the first", "median of more"));
        nanoseconds.forEach((what, all) -> lines.add(String.format(
                Locale.ROOT,
                "%-18s %9.1f ms %14s",
                what,
                all.getFirst() / NANOSECONDS_PER_MILLISECOND,
                all.size() > 1 ? median(all.subList(1, all.size())) : "")));
        return lines;
    }

    private static String median(List<Long> values) {
        List<Long> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return String.format(Locale.ROOT, "%.1f ms", sorted.get(sorted.size() / 2) / NANOSECONDS_PER_MILLISECOND);
    }
}

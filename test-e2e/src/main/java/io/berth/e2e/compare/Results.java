package io.berth.e2e.compare;

import io.berth.e2e.bench.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** What has been measured so far, in the order in which it came. Not for several threads. */
final class Results {
    private final Map<String, Map<String, Tally>> calls = new LinkedHashMap<>();
    private final Map<Figure, Map<String, List<Double>>> figures = new LinkedHashMap<>();

    /** Where calls of one kind to one contender are gathered. */
    Tally tally(String operation, Contender contender) {
        return calls.computeIfAbsent(operation, key -> new LinkedHashMap<>())
                .computeIfAbsent(contender.name(), key -> new Tally());
    }

    /** Adds a number; of several of one contender the table shows the median. */
    void add(Figure figure, Contender contender, double value) {
        figures.computeIfAbsent(figure, key -> new LinkedHashMap<>())
                .computeIfAbsent(contender.name(), key -> new ArrayList<>())
                .add(value);
    }

    /** By operation, then by contender; contenders that were not measured are missing. */
    Map<String, Map<String, Measurement>> measurements() {
        Map<String, Map<String, Measurement>> measurements = new LinkedHashMap<>();
        calls.forEach((operation, tallies) -> tallies.forEach((contender, tally) -> {
            if (!tally.isEmpty()) {
                measurements
                        .computeIfAbsent(operation, key -> new LinkedHashMap<>())
                        .put(contender, tally.measurement(operation));
            }
        }));
        return measurements;
    }

    /** By figure, then by contender. */
    Map<Figure, Map<String, Double>> figures() {
        Map<Figure, Map<String, Double>> medians = new LinkedHashMap<>();
        figures.forEach((figure, values) -> {
            Map<String, Double> row = new LinkedHashMap<>();
            values.forEach((contender, all) -> row.put(contender, median(all)));
            medians.put(figure, row);
        });
        return medians;
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : DoubleStream.of(sorted[middle - 1], sorted[middle]).average().orElseThrow();
    }
}

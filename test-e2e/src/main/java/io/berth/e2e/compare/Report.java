package io.berth.e2e.compare;

import io.berth.e2e.bench.Measurement;
import java.util.List;
import java.util.Map;

/**
 * All that was measured, for tables, programs and charts.
 *
 * @param contenders their names, Berth first, with the versions of what took part
 * @param measurements by operation, then by contender's name
 * @param figures by figure, then by contender's name
 */
record Report(
        Machine machine,
        Map<String, String> contenders,
        Map<String, Map<String, Measurement>> measurements,
        Map<Figure, Map<String, Double>> figures) {
    List<String> names() {
        return List.copyOf(contenders.keySet());
    }
}

package io.berth.e2e.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * All that was measured.
 *
 * @param sizes memory and the like, by name, each with its unit in the name
 */
record Report(int pods, List<Measurement> measurements, Map<String, Double> sizes) {
    /** For people. */
    String table() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-32s %8s %8s %8s %12s %12s",
                "ms, " + pods + " calls each",
                "p50",
                "p90",
                "p99",
                "CPU/call",
                "of it berthd"));
        for (Measurement each : measurements) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-32s %8.2f %8.2f %8.2f %12.2f %12.2f",
                    each.operation(),
                    each.percentile(0.5),
                    each.percentile(0.9),
                    each.percentile(0.99),
                    each.machineCpu(),
                    each.daemonCpu()));
        }
        lines.add("");
        sizes.forEach((name, value) -> lines.add(String.format(Locale.ROOT, "%-62s %10.1f", name, value)));
        return String.join("\n", lines);
    }

    /** For programs. */
    String json() {
        List<Map<String, Object>> operations = new ArrayList<>();
        for (Measurement each : measurements) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("operation", each.operation());
            entry.put("calls", each.milliseconds().size());
            entry.put("p50_ms", each.percentile(0.5));
            entry.put("p90_ms", each.percentile(0.9));
            entry.put("p99_ms", each.percentile(0.99));
            entry.put("cpu_ms", each.machineCpu());
            entry.put("daemon_cpu_ms", each.daemonCpu());
            operations.add(entry);
        }
        try {
            return new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(Map.of("pods", pods, "operations", operations, "sizes", sizes));
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException(failure);
        }
    }
}

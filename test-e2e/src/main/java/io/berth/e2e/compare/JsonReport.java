package io.berth.e2e.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.e2e.bench.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report for programs. Times are in milliseconds; CPU time is per call. */
final class JsonReport {
    private JsonReport() {}

    static String of(Report report) {
        Machine machine = report.machine();
        Map<String, Object> document = new LinkedHashMap<>();
        Map<String, Object> where = new LinkedHashMap<>();
        where.put("date", machine.date().toString());
        where.put("cores", machine.cores());
        where.put("processor", machine.processor());
        where.put("memory_mb", machine.memoryMegabytes());
        where.put("kernel", machine.kernel());
        where.put("cgroup_controllers", machine.controllers());
        document.put("machine", where);
        document.put("versions", report.contenders());
        List<Map<String, Object>> operations = new ArrayList<>();
        report.measurements().forEach((operation, row) -> operations.add(operation(operation, row)));
        document.put("operations", operations);
        List<Map<String, Object>> figures = new ArrayList<>();
        report.figures().forEach((figure, row) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("figure", figure.name());
            entry.put("unit", figure.unit());
            entry.putAll(row);
            figures.add(entry);
        });
        document.put("figures", figures);
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document);
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Map<String, Object> operation(String operation, Map<String, Measurement> row) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("operation", operation);
        row.forEach((contender, each) -> {
            Map<String, Object> numbers = new LinkedHashMap<>();
            numbers.put("calls", each.milliseconds().size());
            numbers.put("p50_ms", each.percentile(0.5));
            numbers.put("p90_ms", each.percentile(0.9));
            numbers.put("p99_ms", each.percentile(0.99));
            if (!Double.isNaN(each.machineCpu())) {
                numbers.put("cpu_ms", each.machineCpu());
                numbers.put("process_cpu_ms", each.processCpu());
                numbers.put("daemon_cpu_ms", each.daemonCpu());
            }
            entry.put(contender, numbers);
        });
        return entry;
    }
}

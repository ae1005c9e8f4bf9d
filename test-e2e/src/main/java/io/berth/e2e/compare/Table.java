package io.berth.e2e.compare;

import io.berth.e2e.bench.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A report as text, for people. */
final class Table {
    private static final String NOTHING = "-";

    private final Report report;
    private final List<String> others;
    private final List<String> lines = new ArrayList<>();

    private Table(Report report) {
        this.report = report;
        this.others = report.names().subList(1, report.names().size());
    }

    static String of(Report report) {
        Table table = new Table(report);
        table.lines.add(report.machine().text());
        table.lines.add(String.join("; ", report.contenders().values()));
        table.calls(
                "time of a call, ms",
                List.of("p50", "p90", "p99"),
                each -> true,
                each -> Stream.of(0.5, 0.9, 0.99).map(each::percentile).toList());
        if (table.calls(
                "CPU time of a call, ms",
                List.of("all", "proc", "daemon"),
                each -> !Double.isNaN(each.machineCpu()),
                each -> List.of(each.machineCpu(), each.processCpu(), each.daemonCpu()))) {
            table.lines.add(
                    "all: the machine's busy time above that of the idle machine;"
                            + " proc: all processes but the kernel's, the client among them; both leave out the client's compiler");
        }
        if (!report.figures().isEmpty()) {
            table.figures();
        }
        return String.join("\n", table.lines);
    }

    /** Adds a line for each kind of call for which there are numbers; returns whether there are any. */
    private boolean calls(
            String title,
            List<String> columns,
            Predicate<Measurement> measured,
            Function<Measurement, List<Double>> numbers) {
        List<String> rows = new ArrayList<>();
        report.measurements().forEach((operation, row) -> {
            if (row.values().stream().anyMatch(measured)) {
                rows.add(line(operation, row, numbers));
            }
        });
        if (rows.isEmpty()) {
            return false;
        }
        StringBuilder names = new StringBuilder(String.format(Locale.ROOT, "%-29s", title));
        StringBuilder heading = new StringBuilder(String.format(Locale.ROOT, "%-29s", ""));
        for (String name : report.names()) {
            names.append(String.format(Locale.ROOT, " | %-20s", name));
            heading.append(" |");
            columns.forEach(column -> heading.append(String.format(Locale.ROOT, " %6s", column)));
        }
        for (String other : others) {
            names.append(" | ").append(ratioName(other));
            heading.append(String.format(Locale.ROOT, " | %11s", columns.getFirst()));
        }
        lines.addAll(List.of("", names.toString(), heading.toString()));
        lines.addAll(rows);
        return true;
    }

    /** Three numbers of each contender; the ratios are those of the first one. */
    private String line(String operation, Map<String, Measurement> row, Function<Measurement, List<Double>> numbers) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-29s", operation));
        for (String name : report.names()) {
            List<Double> three = row.containsKey(name) ? numbers.apply(row.get(name)) : List.of();
            line.append(" |");
            for (int i = 0; i < 3; i++) {
                line.append(String.format(Locale.ROOT, " %6s", three.isEmpty() ? NOTHING : number(three.get(i))));
            }
        }
        Measurement own = row.get(report.names().getFirst());
        for (String other : others) {
            Measurement each = row.get(other);
            line.append(String.format(
                    Locale.ROOT,
                    " | %11s",
                    own == null || each == null
                            ? NOTHING
                            : times(numbers.apply(each).getFirst()
                                    / numbers.apply(own).getFirst())));
        }
        return line.toString();
    }

    private static String ratioName(String other) {
        return String.format(Locale.ROOT, "%11s", other.replace("containerd", "") + "/berth");
    }

    private void figures() {
        StringBuilder heading = new StringBuilder(String.format(Locale.ROOT, "%-58s", ""));
        report.names().forEach(name -> heading.append(String.format(Locale.ROOT, " | %15s", name)));
        others.forEach(other -> heading.append(" | " + ratioName(other)));
        lines.add("");
        lines.add(heading.toString());
        report.figures().forEach((figure, row) -> lines.add(figure(figure, row)));
    }

    private String figure(Figure figure, Map<String, Double> row) {
        StringBuilder line =
                new StringBuilder(String.format(Locale.ROOT, "%-58s", figure.name() + ", " + figure.unit()));
        for (String name : report.names()) {
            line.append(String.format(Locale.ROOT, " | %15s", number(row.get(name))));
        }
        Double own = row.get(report.names().getFirst());
        for (String other : others) {
            Double each = row.get(other);
            line.append(String.format(
                    Locale.ROOT, " | %11s", own == null || each == null ? NOTHING : times(figure.ratio(own, each))));
        }
        return line.toString();
    }

    /** Three digits that count, or all before the point. */
    static String number(@Nullable Double value) {
        if (value == null || value.isNaN() || value.isInfinite()) {
            return NOTHING;
        }
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size < 9.995 ? "%.2f" : size < 99.95 ? "%.1f" : "%.0f", value);
    }

    private static String times(double ratio) {
        return ratio > 0 && !Double.isInfinite(ratio) ? number(ratio) + "x" : NOTHING;
    }
}

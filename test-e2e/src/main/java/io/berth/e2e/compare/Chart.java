package io.berth.e2e.compare;

import io.berth.e2e.bench.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The main rows of a report as a picture (SVG): the median of each call, a bar for each contender. Each group of bars
 * has a scale of its own, as the calls differ a hundred times; the numbers stand beside the bars.
 */
final class Chart {
    private static final List<String> ROWS = List.of(
            CallPart.ALL_THREE,
            CallPart.RUN,
            CallPart.RUN_ON_HOST_NETWORK,
            CallPart.CREATE,
            CallPart.START,
            CallPart.EXEC,
            CallPart.STOP,
            CallPart.REMOVE,
            CallPart.STOP_POD,
            CallPart.REMOVE_POD);
    private static final int WIDTH = 760;
    private static final int BARS = 230;
    private static final int LONGEST = 440;
    private static final int BAR = 12;
    private static final int GAP = 16;
    private static final int TOP = 96;
    private static final int LINE = 18;

    private final Report report;
    private final List<String> parts = new ArrayList<>();
    private int y = TOP;

    private Chart(Report report) {
        this.report = report;
    }

    /** Whether anything that it would show was measured. */
    static boolean isWorthwhile(Report report) {
        return ROWS.stream().anyMatch(report.measurements()::containsKey);
    }

    static String of(Report report) {
        Chart chart = new Chart(report);
        for (String operation : ROWS) {
            Map<String, Measurement> row = report.measurements().get(operation);
            if (row != null) {
                chart.row(operation, row);
            }
        }
        return chart.document();
    }

    private void row(String operation, Map<String, Measurement> row) {
        double longest = row.values().stream()
                .mapToDouble(each -> each.percentile(0.5))
                .max()
                .orElse(1);
        int middle = y + row.size() * BAR / 2 + 4;
        text(BARS - 10, middle, "name", operation);
        for (int i = 0; i < report.names().size(); i++) {
            Measurement each = row.get(report.names().get(i));
            if (each != null) {
                double value = each.percentile(0.5);
                double width = Math.max(1, LONGEST * value / longest);
                parts.add(String.format(
                        Locale.ROOT,
                        "<rect class=\"c%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                        i,
                        BARS,
                        y,
                        width,
                        BAR - 1));
                text((int) (BARS + width) + 6, y + BAR - 2, "value", Table.number(value));
                y += BAR;
            }
        }
        y += GAP;
    }

    private String document() {
        List<String> head = new ArrayList<>();
        head.add("""
            <style>
            text { font: 12px system-ui, sans-serif; fill: #24292f }
            .title { font-size: 15px; font-weight: 600 }
            .name { text-anchor: end }
            .value, .note { font-size: 10.5px; fill: #57606a }
            .c0 { fill: #0f766e } .c1 { fill: #a3a9b1 } .c2 { fill: #c9ced4 }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 } .value, .note { fill: #9da7b1 }
            .c0 { fill: #2dd4bf } .c1 { fill: #6e7681 } .c2 { fill: #484f58 }
            }
            </style>\
            """);
        List<String> body = new ArrayList<>(parts);
        parts.clear();
        text(10, 22, "title", "Time of a call, median, ms (each group has a scale of its own)");
        int x = 10;
        for (int i = 0; i < report.names().size(); i++) {
            parts.add("<rect class=\"c%d\" x=\"%d\" y=\"34\" width=\"11\" height=\"11\"/>".formatted(i, x));
            String label = report.names().get(i);
            text(x + 16, 44, "", label);
            x += 40 + 7 * label.length();
        }
        List<String> versions = List.copyOf(report.contenders().values());
        text(10, 64, "note", report.machine().brief() + "; " + versions.getFirst());
        text(10, 78, "note", String.join("; ", versions.subList(1, versions.size())));
        head.addAll(parts);
        head.addAll(body);
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
            <title>Time of each CRI call: %3$s</title>
            %4$s
            </svg>
            """.formatted(
                        WIDTH,
                        y + LINE - GAP,
                        report.names().stream().map(Chart::escape).collect(Collectors.joining(", ")),
                        String.join("\n", head));
    }

    private void text(int x, int atY, String style, String content) {
        parts.add("<text%s x=\"%d\" y=\"%d\">%s</text>"
                .formatted(style.isEmpty() ? "" : " class=\"" + style + "\"", x, atY, escape(content)));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

package io.berth.e2e.conformance;

import io.berth.e2e.conformance.SpecResult.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the table of results, one row a spec, into the page under {@code docs/}. */
public final class ResultTable {
    private static final String BEGIN = "<!-- results: written by test-e2e/conformance/run -->";
    private static final String END = "<!-- end of results -->";

    private ResultTable() {}

    /** Arguments: the page, the results on the machine itself, and those in the virtual machine. */
    public static void main(String[] arguments) throws IOException {
        Path page = Path.of(arguments[0]);
        String table = table(Results.read(Path.of(arguments[1])), Results.read(Path.of(arguments[2])));
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(page + " lacks the lines that the table stands between: " + BEGIN);
        }
        Files.writeString(page, text.substring(0, begin) + BEGIN + "\n\n" + table + "\n" + text.substring(end));
    }

    static String table(Results machine, Results virtualMachine) {
        Map<String, SpecResult> here = byName(machine);
        Map<String, SpecResult> there = byName(virtualMachine);
        TreeSet<String> names = new TreeSet<>(here.keySet());
        names.addAll(there.keySet());
        List<String> lines = new ArrayList<>();
        lines.add(sum("On the machine itself", machine));
        lines.add(sum("In the virtual machine", virtualMachine));
        lines.add("");
        lines.add("| spec | machine | virtual machine |");
        lines.add("|---|---|---|");
        for (String name : names) {
            lines.add("| " + cell(name.replace("[k8s.io] ", "").replace(" [Conformance]", "")) + " | "
                    + cell(here.get(name)) + " | " + cell(there.get(name)) + " |");
        }
        return String.join("\n", lines) + "\n";
    }

    private static Map<String, SpecResult> byName(Results results) {
        return results.specs().stream()
                .collect(Collectors.toMap(SpecResult::name, result -> result, SpecResult::orWorse, LinkedHashMap::new));
    }

    private static String sum(String where, Results results) {
        if (results.specs().isEmpty()) {
            return "- " + where + ": not run.";
        }
        return "- %s: %d passed, %d skipped, %d failed."
                .formatted(
                        where,
                        count(results, State.PASSED),
                        count(results, State.SKIPPED),
                        count(results, State.FAILED));
    }

    private static long count(Results results, State state) {
        return results.specs().stream()
                .filter(result -> result.state() == state)
                .count();
    }

    private static String cell(@Nullable SpecResult result) {
        if (result == null) {
            return "";
        }
        return switch (result.state()) {
            case PASSED -> "passed";
            case SKIPPED -> "skipped: " + cell(result.detail());
            case FAILED -> "**failed**: " + cell(result.detail());
        };
    }

    private static String cell(String text) {
        String line = text.lines().limit(2).collect(Collectors.joining(" ")).replace("|", "\\|");
        return line.length() <= 200 ? line : line.substring(0, 200) + "...";
    }
}

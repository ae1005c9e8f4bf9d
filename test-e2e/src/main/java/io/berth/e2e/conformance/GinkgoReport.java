package io.berth.e2e.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.e2e.conformance.SpecResult.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JSON report of one run of critest: one entry a spec, also for those that were not to run. */
final class GinkgoReport {
    private static final double NANOSECONDS_PER_SECOND = 1e9;

    private final List<JsonNode> entries = new ArrayList<>();

    private GinkgoReport() {}

    /** Reads a report. */
    static GinkgoReport read(Path file) {
        GinkgoReport report = new GinkgoReport();
        try {
            for (JsonNode suite : new ObjectMapper().readTree(file.toFile())) {
                suite.path("SpecReports").forEach(report.entries::add);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return report;
    }

    /** The specs that were chosen, in the suite's order. */
    List<Spec> chosen() {
        return entries.stream()
                .filter(GinkgoReport::isSpec)
                .filter(entry -> !entry.path("State").asText().equals("skipped"))
                .map(entry -> new Spec(name(entry), isSerial(entry)))
                .toList();
    }

    /** What became of all specs, those that were not chosen included. */
    List<SpecResult> results() {
        return entries.stream()
                .filter(GinkgoReport::isSpec)
                .map(GinkgoReport::result)
                .toList();
    }

    /** What went wrong outside of specs: in the suite's own set-up. */
    List<String> suiteFailures() {
        return entries.stream()
                .filter(entry -> !isSpec(entry))
                .filter(entry -> !entry.path("State").asText().equals("passed"))
                .map(entry -> entry.path("Failure").path("Message").asText())
                .toList();
    }

    private static SpecResult result(JsonNode entry) {
        State state = switch (entry.path("State").asText()) {
            case "passed" -> State.PASSED;
            case "skipped", "pending" -> State.SKIPPED;
            default -> State.FAILED;
        };
        JsonNode failure = entry.path("Failure");
        String place = failure.path("Location").path("FileName").asText();
        String where = state == State.FAILED
                ? " (" + place.substring(place.lastIndexOf('/') + 1) + ":"
                        + failure.path("Location").path("LineNumber").asText() + ")"
                : "";
        return new SpecResult(
                name(entry),
                state,
                failure.path("Message").asText() + where,
                entry.path("RunTime").asLong() / NANOSECONDS_PER_SECOND);
    }

    private static boolean isSpec(JsonNode entry) {
        return entry.path("LeafNodeType").asText().equals("It");
    }

    private static String name(JsonNode entry) {
        List<String> parts = new ArrayList<>();
        entry.path("ContainerHierarchyTexts").forEach(text -> parts.add(text.asText()));
        parts.add(entry.path("LeafNodeText").asText());
        return String.join(" ", parts);
    }

    private static boolean isSerial(JsonNode entry) {
        List<String> labels = new ArrayList<>();
        entry.path("LeafNodeLabels").forEach(label -> labels.add(label.asText()));
        entry.path("ContainerHierarchyLabels").forEach(level -> level.forEach(label -> labels.add(label.asText())));
        return entry.path("IsSerial").asBoolean() || labels.contains("Serial");
    }
}

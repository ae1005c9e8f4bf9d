package io.berth.server.node;

import io.berth.proto.v1.Pull;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Running pulls as a table, the oldest first. */
final class PullTable {
    private static final List<String> HEADINGS = List.of("REFERENCE", "LAYERS", "BYTES", "RATE", "AGE");

    private PullTable() {}

    static String of(List<Pull> pulls) {
        if (pulls.isEmpty()) {
            return "Nothing is being pulled.\n";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        pulls.stream()
                .sorted(Comparator.comparingLong(Pull::getAgeNanoseconds).reversed())
                .forEach(pull -> rows.add(row(pull)));
        int[] widths = new int[HEADINGS.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        return table.toString();
    }

    private static List<String> row(Pull pull) {
        boolean known = pull.getLayers() > 0;
        return List.of(
                pull.getReference(),
                known ? pull.getLayersDone() + "/" + pull.getLayers() : "-",
                known ? Amounts.bytes(pull.getBytesDone()) + " / " + Amounts.bytes(pull.getBytes()) : "-",
                known ? Amounts.bytes(pull.getBytesPerSecond()) + "/s" : "-",
                Amounts.age(pull.getAgeNanoseconds()));
    }
}

package io.berth.server.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what somebody may have meant. */
final class Nearest {
    private Nearest() {}

    /**
     * The known key with the fewest edits to the unknown one, over the whole key or, for a key in the wrong table, over
     * its last part; null where nothing is near.
     */
    static @Nullable TomlKey of(TomlKey unknown, List<TomlKey> known) {
        TomlKey best = null;
        int fewest = Integer.MAX_VALUE;
        for (TomlKey candidate : known) {
            int whole = edits(unknown.toString(), candidate.toString());
            // One more, so that the right table wins over another with the same key.
            int last = edits(unknown.last(), candidate.last()) + 1;
            int limit = Math.max(2, unknown.last().length() / 2);
            int distance = Math.min(whole, last);
            if (distance <= limit && distance < fewest) {
                best = candidate;
                fewest = distance;
            }
        }
        return best;
    }

    /** Levenshtein distance. */
    static int edits(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}

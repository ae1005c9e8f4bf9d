package io.berth.imagefs.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.imagefs.Usage;
import io.berth.imagefs.content.Digest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageRecordsTest {
    private static final String IMAGE = "sha256:" + "1".repeat(64);

    @TempDir
    Path directory;

    @Test
    void aSnapshotKeepsItsLayersWhenItsImageHasGone() {
        try (ImageRecords records = ImageRecords.open(directory.resolve("images.db"))) {
            records.add(image(List.of(1L, 2L)), List.of(layer(1), layer(2), layer(3)));
            records.addSnapshot("c1", IMAGE, List.of(1L, 2L), 7);
            records.addSnapshot("c2", IMAGE, List.of(1L, 2L), 8);
            records.removeImage(IMAGE);

            assertThat(records.unusedLayers()).containsExactly(3L);
            assertThat(records.snapshots()).containsOnlyKeys("c1", "c2");
            assertThat(records.layersOfSnapshot("c1")).containsExactly(layer(1), layer(2));
            assertThat(records.stacks()).containsExactly(List.of(layer(1), layer(2)));

            records.removeSnapshot("c1");
            assertThat(records.unusedLayers()).containsExactly(3L);
            records.removeSnapshot("c2");
            assertThat(records.unusedLayers()).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void snapshotsOfAnEarlierBerthAreTakenOver() throws Exception {
        Path file = directory.resolve("images.db");
        try (ImageRecords records = ImageRecords.open(file)) {
            records.add(image(List.of(2L, 1L)), List.of(layer(1), layer(2), layer(3)));
        }
        try (Connection earlier = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = earlier.createStatement()) {
            statement.execute("DROP TABLE snapshots");
            statement.execute("CREATE TABLE snapshots (key TEXT PRIMARY KEY, image_id TEXT NOT NULL,"
                    + " created_at INTEGER NOT NULL) WITHOUT ROWID");
            statement.execute("CREATE TABLE snapshot_layers (key TEXT NOT NULL REFERENCES snapshots (key)"
                    + " ON DELETE CASCADE, position INTEGER NOT NULL, layer_id INTEGER NOT NULL REFERENCES layers (id),"
                    + " PRIMARY KEY (key, position)) WITHOUT ROWID");
            statement.execute("CREATE INDEX snapshot_layers_by_layer ON snapshot_layers (layer_id)");
            statement.execute("INSERT INTO snapshots VALUES ('c1', '" + IMAGE + "', 7), ('c2', '" + IMAGE + "', 8)");
            statement.execute("INSERT INTO snapshot_layers VALUES ('c1', 1, 1), ('c1', 0, 3), ('c2', 0, 2)");
            statement.execute("PRAGMA user_version = 1");
        }
        try (ImageRecords records = ImageRecords.open(file)) {
            assertThat(records.snapshots()).containsExactly(Map.entry("c1", IMAGE), Map.entry("c2", IMAGE));
            assertThat(records.layersOfSnapshot("c1")).containsExactly(layer(3), layer(1));
            assertThat(records.layersOfSnapshot("c2")).containsExactly(layer(2));
            records.removeImage(IMAGE);
            records.removeSnapshot("c1");
            assertThat(records.unusedLayers()).containsExactly(1L, 3L);
        }
    }

    private static ImageRecord image(List<Long> layers) {
        return new ImageRecord(
                IMAGE, "sha256:" + "2".repeat(64), new byte[] {'{', '}'}, "", layers, List.of(), List.of(), 1);
    }

    private static LayerRecord layer(long id) {
        return new LayerRecord(
                id, Digest.parse("sha256:" + Long.toString(id).repeat(64)), new Usage(1, 1), false, List.of());
    }
}

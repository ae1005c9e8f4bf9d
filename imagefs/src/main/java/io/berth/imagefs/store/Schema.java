package io.berth.imagefs.store;

import io.berth.imagefs.ImageException;
import java.util.List;

/** The tables of {@code images.db}, version 2; version 1 had a table of its own for the layers of snapshots. */
final class Schema {
    private static final int VERSION = 2;

    private static final List<String> TABLES = List.of(
            """
            CREATE TABLE layers (
              id INTEGER PRIMARY KEY,
              diff_id TEXT NOT NULL UNIQUE,
              bytes INTEGER NOT NULL,
              inodes INTEGER NOT NULL,
              opaque_root INTEGER NOT NULL,
              implied_directories TEXT NOT NULL)""",
            """
            CREATE TABLE images (
              id TEXT PRIMARY KEY,
              chain_id TEXT NOT NULL,
              config BLOB NOT NULL,
              created_at INTEGER NOT NULL) WITHOUT ROWID""",
            """
            CREATE TABLE image_layers (
              image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
              position INTEGER NOT NULL,
              layer_id INTEGER NOT NULL REFERENCES layers (id),
              PRIMARY KEY (image_id, position)) WITHOUT ROWID""",
            "CREATE INDEX image_layers_by_layer ON image_layers (layer_id)",
            """
            CREATE TABLE image_names (
              name TEXT PRIMARY KEY,
              by_digest INTEGER NOT NULL,
              image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE) WITHOUT ROWID""",
            "CREATE INDEX image_names_by_image ON image_names (image_id)",
            // One row, and with it one page of the log, for each container. The ids are those of layers, lowest first.
            """
            CREATE TABLE snapshots (
              key TEXT PRIMARY KEY,
              image_id TEXT NOT NULL,
              created_at INTEGER NOT NULL,
              layer_ids TEXT NOT NULL DEFAULT '') WITHOUT ROWID""",
            "PRAGMA user_version = " + VERSION);

    private static final List<String> FROM_VERSION_1 = List.of(
            "ALTER TABLE snapshots ADD COLUMN layer_ids TEXT NOT NULL DEFAULT ''",
            """
            UPDATE snapshots SET layer_ids = COALESCE((
              SELECT group_concat(layer_id, ' ') FROM (
                SELECT layer_id FROM snapshot_layers s WHERE s.key = snapshots.key ORDER BY position)), '')""",
            "DROP TABLE snapshot_layers",
            "PRAGMA user_version = " + VERSION);

    /** Came later, and a Berth that does not know of it does no harm: no version of its own. */
    private static final List<String> LATER_TABLES = List.of("""
            CREATE TABLE IF NOT EXISTS image_annotations (
              image_id TEXT PRIMARY KEY REFERENCES images (id) ON DELETE CASCADE,
              json TEXT NOT NULL) WITHOUT ROWID""", """
            CREATE TABLE IF NOT EXISTS image_blobs (
              image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
              digest TEXT NOT NULL,
              PRIMARY KEY (image_id, digest)) WITHOUT ROWID""");

    private Schema() {}

    /**
     * Makes the tables in a new file, or brings an older one up to date; refuses one that a newer Berth has written.
     */
    static void prepare(Database database) {
        int version =
                database.query("PRAGMA user_version", row -> row.getInt(1)).getFirst();
        if (version == 0) {
            database.transaction(() -> database.script(TABLES));
        } else if (version == 1) {
            database.transaction(() -> database.script(FROM_VERSION_1));
        } else if (version != VERSION) {
            throw new ImageException(
                    ImageException.Kind.STORAGE,
                    "the image database is of version " + version + ", this Berth knows version " + VERSION);
        }
        database.script(LATER_TABLES);
    }
}

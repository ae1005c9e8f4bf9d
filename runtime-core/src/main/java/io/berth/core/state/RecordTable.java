package io.berth.core.state;

/**
 * The statements of one table of records. Its rows lie in the order of a number made of the id, so that there is no
 * index beside them, and a record of up to some 4,000 bytes lies within one page: changing one costs one page of the
 * log. A new one may have to split a page, and costs four in the mean.
 *
 * @param name the table's
 */
record RecordTable(String name) {
    String create() {
        return "CREATE TABLE IF NOT EXISTS " + name
                + " (key INTEGER PRIMARY KEY, id TEXT NOT NULL, record TEXT NOT NULL)";
    }

    /** Takes key, id and record; changes no row where another id has the key. */
    String put() {
        return "INSERT INTO " + name + " (key, id, record) VALUES (?, ?, ?)"
                + " ON CONFLICT (key) DO UPDATE SET record = excluded.record WHERE id = excluded.id";
    }

    /** Takes key and id. */
    String delete() {
        return "DELETE FROM " + name + " WHERE key = ? AND id = ?";
    }

    /** Gives id and record of each. */
    String select() {
        return "SELECT id, record FROM " + name;
    }

    /** The key of an id, as it stands in files: of ids that are random, two in 2^64 have the same. */
    static long key(String id) {
        long key = 0;
        for (int i = 0; i < id.length(); i++) {
            key = 31 * key + id.charAt(i);
        }
        return key;
    }
}

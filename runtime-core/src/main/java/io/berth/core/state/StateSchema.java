package io.berth.core.state;

import io.berth.core.error.BerthException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables of {@code state.db}, version 2; those of version 1 had texts as keys, and an index. */
final class StateSchema {
    private static final int VERSION = 2;

    private StateSchema() {}

    /**
     * Makes the tables in a new file, or brings an older one up to date.
     *
     * @throws BerthException for a file that a newer Berth has written
     */
    static void prepare(Path file, Statement statement, List<RecordTable> tables) throws SQLException {
        int version;
        try (ResultSet result = statement.executeQuery("PRAGMA user_version")) {
            version = result.getInt(1);
        }
        if (version > VERSION) {
            throw BerthException.failedPrecondition(file + " was written by a newer Berth (schema " + version
                    + ", this one knows " + VERSION + "): run that one, or move the file away");
        }
        if (version == VERSION) {
            return;
        }
        statement.execute("BEGIN IMMEDIATE");
        try {
            for (RecordTable table : tables) {
                if (version == 1) {
                    takeOver(statement, table);
                } else {
                    statement.execute(table.create());
                }
            }
            statement.execute("PRAGMA user_version = " + VERSION);
            statement.execute("COMMIT");
        } catch (SQLException failure) {
            statement.execute("ROLLBACK");
            throw failure;
        }
    }

    private static void takeOver(Statement statement, RecordTable table) throws SQLException {
        String earlier = "earlier_" + table.name();
        statement.execute("ALTER TABLE " + table.name() + " RENAME TO " + earlier);
        statement.execute(table.create());
        try (PreparedStatement put = statement.getConnection().prepareStatement(table.put());
                Statement all = statement.getConnection().createStatement();
                ResultSet records = all.executeQuery("SELECT id, record FROM " + earlier)) {
            while (records.next()) {
                put.setLong(1, RecordTable.key(records.getString(1)));
                put.setString(2, records.getString(1));
                put.setString(3, records.getString(2));
                put.execute();
            }
        }
        statement.execute("DROP TABLE " + earlier);
    }
}

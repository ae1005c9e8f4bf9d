package io.berth.imagefs.store;

import io.berth.imagefs.ImageException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * One connection to the store's SQLite file, its statements prepared once. Calls exclude each other.
 *
 * <p>Two connections are in use: a durable one, whose commits reach the disk before they return, and a quick one for
 * what need not outlive a power cut.
 */
final class Database implements AutoCloseable {
    private static final int BUSY_MILLISECONDS = 20_000;

    private final Path file;
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    static Database open(Path file, boolean durable) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(durable ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.NORMAL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MILLISECONDS);
        // The driver would ask for them after each statement.
        config.setGetGeneratedKeys(false);
        try {
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            try {
                connection.setAutoCommit(true);
                return new Database(file, connection);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }

    /** Reads one row into a value. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Work that is done wholly or not at all. */
    @FunctionalInterface
    interface Work {
        void run();
    }

    synchronized void transaction(Work work) {
        update("BEGIN IMMEDIATE");
        boolean done = false;
        try {
            work.run();
            update("COMMIT");
            done = true;
        } finally {
            if (!done) {
                rollBack();
            }
        }
    }

    /** Runs a statement and returns how many rows it changed. */
    synchronized int update(String sql, @Nullable Object... values) {
        try {
            PreparedStatement statement = bound(sql, values);
            statement.execute();
            return Math.max(0, statement.getUpdateCount());
        } catch (SQLException e) {
            forget(sql);
            throw failure(file, e);
        }
    }

    synchronized <T> List<T> query(String sql, Row<T> row, @Nullable Object... values) {
        try (ResultSet results = bound(sql, values).executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (results.next()) {
                rows.add(row.read(results));
            }
            return rows;
        } catch (SQLException e) {
            forget(sql);
            throw failure(file, e);
        }
    }

    /** Runs statements that make the schema. */
    synchronized void script(List<String> statementTexts) {
        try (Statement statement = connection.createStatement()) {
            for (String text : statementTexts) {
                statement.execute(text);
            }
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }

    private PreparedStatement bound(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /** The driver gives up a statement that has failed: the next call needs another. */
    private void forget(String sql) {
        try (PreparedStatement _ = statements.remove(sql)) {
            // closed, if it was ever made
        } catch (SQLException _) {
            // what it failed with is on its way up
        }
    }

    private void rollBack() {
        try {
            update("ROLLBACK");
        } catch (ImageException _) {
            // SQLite has rolled back by itself, and the failure that led here is on its way up
        }
    }

    private static ImageException failure(Path file, SQLException e) {
        boolean full = e instanceof SQLiteException sqlite && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_FULL;
        return new ImageException(
                full ? ImageException.Kind.NO_SPACE : ImageException.Kind.STORAGE,
                "image database " + file + ": " + e.getMessage(),
                e);
    }

    @Override
    public synchronized void close() {
        try {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
            statements.clear();
            connection.close();
        } catch (SQLException e) {
            throw failure(file, e);
        }
    }
}

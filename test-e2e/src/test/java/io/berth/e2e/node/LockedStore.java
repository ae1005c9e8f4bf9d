package io.berth.e2e.node;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A daemon's database that takes no writes until this is closed: another program holds its lock. */
public final class LockedStore implements AutoCloseable {
    private final Connection connection;

    private LockedStore(Connection connection) {
        this.connection = connection;
    }

    /** Locks the records of that node's daemon; it waits some seconds for the lock before a write fails. */
    public static LockedStore of(Node node) {
        Path file = node.daemon().config().stateDirectory().resolve("state.db");
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
            }
            return new LockedStore(connection);
        } catch (SQLException failure) {
            throw new IllegalStateException("cannot lock " + file, failure);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failure) {
            throw new IllegalStateException("cannot unlock the daemon's records", failure);
        }
    }
}

package io.berth.core.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.json.RecordJson;
import io.berth.imagefs.store.SpaceReserve;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of sandboxes and containers in SQLite: what a restarted daemon, or one after a reboot, starts from. Lists
 * and statuses are never read from here.
 *
 * <p>What is durable when: a record that {@link #put}, {@link #update} or {@link #deleteSandbox} returned for survives
 * the death of the daemon (it is in the write-ahead log, in the kernel's page cache); after a power cut the newest ones
 * may be missing (synchronous=NORMAL), whole transactions at a time and never torn. That is enough: after a power cut
 * no process runs any more, and what is missing is a pod that the kubelet makes again. Nothing here waits for the disk:
 * the log is copied into the database by a thread of its own.
 *
 * <p>{@link #putLater} is for changes that the run directory or the shim knows too (started, exited): a crash between
 * them and their write loses nothing.
 */
public final class StateStore implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StateStore.class);
    private static final RecordTable SANDBOXES = new RecordTable("sandboxes");
    private static final RecordTable CONTAINERS = new RecordTable("containers");
    private static final int LATER_LIMIT = 16 * 1024;
    private static final long LATER_MILLISECONDS = 50;

    /** How long another program's lock is waited for: by who wants to write now, and by a round of what can wait. */
    private static final int BUSY_MILLISECONDS = 5000;

    private static final int ROUND_BUSY_MILLISECONDS = 100;
    private static final long RETRY_MILLISECONDS = 1000;

    /** {@code SQLITE_BUSY}: another program holds the lock. */
    private static final int BUSY = 5;

    private static final int WRITES_PER_CHECKPOINT = 500;
    private static final long LOCK_SECONDS = 30;
    private static final Properties OPTIONS = new Properties();

    static {
        // The driver would ask for them after each statement.
        OPTIONS.setProperty("jdbc.get_generated_keys", "false");
    }

    private final Path file;
    private final Connection connection;
    private final SpaceReserve reserve;
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    /** What is to be written later, by id: the newest wish for each. Its own lock. */
    private final Map<String, Write> waiting = new LinkedHashMap<>();

    /** Has at most the next round of what waits, and now and then a checkpoint. */
    private final ScheduledThreadPoolExecutor later = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("state-writer").factory());

    private int writes;

    private StateStore(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
        this.reserve = SpaceReserve.beside(file);
    }

    /** Makes what the first record would wait for. */
    public void prepare() {
        Formats.prepare();
    }

    /** Opens the database, making it when missing. */
    public static StateStore open(Path file) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, OPTIONS);
            try {
                prepare(file, connection);
                return new StateStore(file, connection);
            } catch (SQLException failure) {
                connection.close();
                throw failure;
            }
        } catch (SQLException | IOException failure) {
            throw new BerthException(
                    ErrorKind.INTERNAL, "opening the database " + file + ": " + failure.getMessage(), failure);
        }
    }

    private static void prepare(Path file, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = NORMAL");
            statement.execute("PRAGMA busy_timeout = " + BUSY_MILLISECONDS);
            statement.execute("PRAGMA cache_size = -256");
            // Copying the log into the database syncs: that is the writer thread's work, not a caller's.
            statement.execute("PRAGMA wal_autocheckpoint = 0");
            StateSchema.prepare(file, statement, List.of(SANDBOXES, CONTAINERS));
        }
    }

    /** Writes a sandbox's record. */
    public void put(SandboxRecord record) {
        byte[] json = Formats.SANDBOX.write(record);
        locked("recording the sandbox " + record.sandbox().id(), () -> write(record, json));
    }

    /** Writes what has become of a sandbox that was recorded before, on a full disk too. */
    public void update(SandboxRecord record) {
        byte[] json = Formats.SANDBOX.write(record);
        freeing("recording the sandbox " + record.sandbox().id(), () -> write(record, json));
    }

    /** Writes a container's record. */
    public void put(ContainerRecord record) {
        byte[] json = Formats.CONTAINER.write(record);
        locked("recording the container " + record.container().id(), () -> write(record, json));
    }

    /** Removes a sandbox's record; one that is not there is removed. */
    public void deleteSandbox(String id) {
        freeing("removing the record of the sandbox " + id, () -> delete(SANDBOXES, id));
    }

    /** Removes a container's record; one that is not there is removed. */
    public void deleteContainer(String id) {
        freeing("removing the record of the container " + id, () -> delete(CONTAINERS, id));
    }

    /**
     * Writes within {@value #LATER_MILLISECONDS} ms, on a thread of its own, in one transaction with all else that
     * waits by then; the last of several wishes for one id stands for all.
     *
     * @param current gives the record as it is then; null where it is no longer wanted. Called with the store locked,
     *     so that it sees a removal that was recorded before
     */
    public void putLater(String id, Supplier<@Nullable ContainerRecord> current) {
        writeLater(id, () -> {
            ContainerRecord record = current.get();
            if (record != null) {
                write(record, Formats.CONTAINER.write(record));
            }
        });
    }

    /** As {@link #putLater}, for a sandbox. */
    public void putSandboxLater(String id, Supplier<@Nullable SandboxRecord> current) {
        writeLater(id, () -> {
            SandboxRecord record = current.get();
            if (record != null) {
                write(record, Formats.SANDBOX.write(record));
            }
        });
    }

    private void writeLater(String id, Write write) {
        synchronized (waiting) {
            boolean isNextRound = waiting.isEmpty();
            if (waiting.size() >= LATER_LIMIT && !waiting.containsKey(id)) {
                LOGGER.error("Too many records wait to be written; the next start asks the shim");
                return;
            }
            waiting.put(id, write);
            if (!isNextRound) {
                return;
            }
        }
        schedule(LATER_MILLISECONDS);
    }

    private void schedule(long milliseconds) {
        try {
            ScheduledFuture<?> _ = later.schedule(this::writeWaiting, milliseconds, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            LOGGER.debug("What waits is not written any more; the next start asks the shim");
        }
    }

    private void writeWaiting() {
        Map<String, Write> round;
        synchronized (waiting) {
            round = new LinkedHashMap<>(waiting);
            waiting.clear();
        }
        try {
            freeing("recording sandboxes and containers", () -> transaction(round.values()));
        } catch (RuntimeException failure) {
            if (failure.getCause() instanceof SQLException cause && cause.getErrorCode() == BUSY) {
                writeAgain(round);
            } else {
                LOGGER.error("{}; the next start asks the shim", failure.getMessage());
            }
        }
    }

    private void writeAgain(Map<String, Write> round) {
        synchronized (waiting) {
            boolean isNextRound = waiting.isEmpty();
            round.forEach(waiting::putIfAbsent);
            if (!isNextRound) {
                return;
            }
        }
        schedule(RETRY_MILLISECONDS);
    }

    private void transaction(Collection<Write> round) throws SQLException {
        boolean done = false;
        begin();
        try {
            for (Write write : round) {
                write.run();
            }
            execute("COMMIT");
            done = true;
        } finally {
            if (!done) {
                rollBack();
            }
        }
    }

    /** Not for long: whoever wants to write now waits behind this. */
    private void begin() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = " + ROUND_BUSY_MILLISECONDS);
            try {
                execute("BEGIN IMMEDIATE");
            } finally {
                statement.execute("PRAGMA busy_timeout = " + BUSY_MILLISECONDS);
            }
        }
    }

    private void rollBack() {
        try {
            execute("ROLLBACK");
        } catch (SQLException rolledBack) {
            LOGGER.debug("Rolled back already: {}", rolledBack.getMessage());
        }
    }

    /** All sandboxes' records. One that cannot be read is said in the log and left where it is. */
    public List<SandboxRecord> sandboxes() {
        return read(SANDBOXES, () -> Formats.SANDBOX);
    }

    /** All containers' records, likewise. */
    public List<ContainerRecord> containers() {
        return read(CONTAINERS, () -> Formats.CONTAINER);
    }

    private <T> List<T> read(RecordTable table, Supplier<RecordJson<T>> format) {
        List<T> records = new ArrayList<>();
        locked("reading " + file, () -> {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(table.select())) {
                while (result.next()) {
                    String id = result.getString(1);
                    try {
                        records.add(format.get().read(result.getString(2).getBytes(StandardCharsets.UTF_8)));
                    } catch (JsonProcessingException malformed) {
                        LOGGER.error("The record of {} cannot be read: {}", id, malformed.getOriginalMessage());
                    }
                }
            }
        });
        return records;
    }

    private void write(SandboxRecord record, byte[] json) throws SQLException {
        put(SANDBOXES, record.sandbox().id(), json);
    }

    private void write(ContainerRecord record, byte[] json) throws SQLException {
        put(CONTAINERS, record.container().id(), json);
    }

    private void put(RecordTable table, String id, byte[] json) throws SQLException {
        int written = execute(table.put(), RecordTable.key(id), id, new String(json, StandardCharsets.UTF_8));
        if (written != 1) {
            throw new SQLException("the record of another one has the key of " + id);
        }
    }

    private void delete(RecordTable table, String id) throws SQLException {
        execute(table.delete(), RecordTable.key(id), id);
    }

    /** Runs a statement that is prepared once; returns how many rows it has changed. */
    private int execute(String text, Object... values) throws SQLException {
        PreparedStatement statement = statements.get(text);
        if (statement == null) {
            statement = connection.prepareStatement(text);
            statements.put(text, statement);
        }
        try {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
            return statement.getUpdateCount();
        } catch (SQLException failure) {
            // The driver gives up a statement that has failed: the next call needs another.
            statements.remove(text);
            statement.close();
            throw failure;
        }
    }

    /** Statements that are run with the store locked. */
    @FunctionalInterface
    private interface Write {
        void run() throws SQLException;
    }

    /** What ends in space being given back must be possible on a full disk. */
    private void freeing(String doing, Write action) {
        try {
            locked(doing, action);
        } catch (BerthException failure) {
            if (failure.kind() != ErrorKind.RESOURCE_EXHAUSTED || !reserve.release()) {
                throw failure;
            }
            locked(doing, action);
            return;
        }
        reserve.fill();
    }

    private void locked(String doing, Write action) {
        boolean held = false;
        try {
            held = lock.tryLock(LOCK_SECONDS, TimeUnit.SECONDS);
            if (!held) {
                throw new BerthException(
                        ErrorKind.DEADLINE_EXCEEDED,
                        doing + ": the database " + file + " was busy for " + LOCK_SECONDS + " seconds");
            }
            action.run();
            if (++writes % WRITES_PER_CHECKPOINT == 0) {
                later.execute(this::checkpoint);
            }
        } catch (SQLException failure) {
            boolean full = String.valueOf(failure.getMessage()).contains("SQLITE_FULL");
            throw new BerthException(
                    full ? ErrorKind.RESOURCE_EXHAUSTED : ErrorKind.INTERNAL,
                    doing + " in " + file + ": " + failure.getMessage(),
                    failure);
        } catch (RejectedExecutionException stopping) {
            LOGGER.debug("No checkpoint: {}", stopping.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BerthException(ErrorKind.CANCELLED, doing + ": interrupted", interrupted);
        } finally {
            if (held) {
                lock.unlock();
            }
        }
    }

    /** Copies the log into the database through a connection of its own: writers go on meanwhile. */
    private void checkpoint() {
        try (Connection own = DriverManager.getConnection("jdbc:sqlite:" + file, OPTIONS);
                Statement statement = own.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
        } catch (SQLException failure) {
            LOGGER.warn("Checkpointing {}: {}", file, failure.getMessage());
        }
    }

    /** Writes what waits, copies the log into the database and closes it. */
    @Override
    public void close() {
        later.shutdown();
        try {
            if (!later.awaitTermination(LOCK_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.warn("Records still wait to be written after {} seconds", LOCK_SECONDS);
            }
            lock.lock();
            try {
                connection.close();
            } finally {
                lock.unlock();
            }
        } catch (SQLException failure) {
            LOGGER.warn("Closing {}: {}", file, failure.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Made when the first record is read or written: a start without any does not wait for them. */
    private static final class Formats {
        static final RecordJson<SandboxRecord> SANDBOX = RecordJson.compact(SandboxRecord.class);
        static final RecordJson<ContainerRecord> CONTAINER = RecordJson.compact(ContainerRecord.class);

        /** Makes them now. */
        static void prepare() {
            LOGGER.trace("prepared {} and {}", SANDBOX, CONTAINER);
        }
    }
}

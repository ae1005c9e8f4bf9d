package io.berth.network.nftables;

import io.berth.network.NetworkException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A session with nftables, in the network namespace of the thread that opened it. Takes the language of {@code nft(8)}.
 * Safe for use by several threads, which take turns: the library is not.
 */
public final class Nftables implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int OUTPUT_TERSE = 1 << 11;
    private static final int LONGEST_COMMAND_SHOWN = 200;

    private final LibraryCalls library;
    private final MemorySegment context;
    private final ReentrantLock turn = new ReentrantLock();
    private boolean closed;

    private Nftables(LibraryCalls library, MemorySegment context) {
        this.library = library;
        this.context = context;
    }

    /** Loads the library and opens a session. */
    public static Nftables open() {
        LibraryCalls library = LibraryCalls.load();
        MemorySegment context = library.newContext();
        if (context.address() == 0 || !library.buffer(context)) {
            throw new NetworkException(
                    NetworkException.Kind.INTERNAL, "open", "nftables", "the library could not start a session");
        }
        // Listings are compared with each other: without the elements, which come and go with pods.
        library.setOutputFlags(context, OUTPUT_TERSE);
        return new Nftables(library, context);
    }

    /**
     * Runs commands in one transaction: all of them or none.
     *
     * @param subject what they are about, for the error
     * @return what they print
     */
    public String run(String subject, String commands) {
        takeTurn(subject);
        try (Arena arena = Arena.ofConfined()) {
            if (closed) {
                throw new NetworkException(
                        NetworkException.Kind.INTERNAL, "change nftables for", subject, "the network has been closed");
            }
            int result = library.run(context, arena.allocateFrom(commands));
            String output = library.output(context);
            String errors = library.errors(context);
            if (result != 0) {
                throw refused(subject, commands, errors);
            }
            return output;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        takeTurn("end of session");
        try {
            if (!closed) {
                closed = true;
                library.freeContext(context);
            }
        } finally {
            turn.unlock();
        }
    }

    private void takeTurn(String subject) {
        try {
            if (turn.tryLock(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NetworkException(
                    NetworkException.Kind.INTERNAL, "change nftables for", subject, "interrupted", interrupted);
        }
        throw new NetworkException(
                NetworkException.Kind.DEADLINE_EXCEEDED,
                "change nftables for",
                subject,
                "an earlier change took more than " + DEADLINE.toSeconds() + " s");
    }

    private static NetworkException refused(String subject, String commands, String errors) {
        boolean permission = errors.contains("Operation not permitted");
        String command = commands.strip().lines().findFirst().orElse("");
        String shown =
                command.length() > LONGEST_COMMAND_SHOWN ? command.substring(0, LONGEST_COMMAND_SHOWN) + "…" : command;
        String reason = errors.lines().findFirst().orElse("no reason given").strip() + " (" + shown + ")";
        return new NetworkException(
                permission ? NetworkException.Kind.FAILED_PRECONDITION : NetworkException.Kind.INTERNAL,
                "change nftables for",
                subject,
                permission ? reason + "; berthd needs the capability CAP_NET_ADMIN" : reason,
                null);
    }
}

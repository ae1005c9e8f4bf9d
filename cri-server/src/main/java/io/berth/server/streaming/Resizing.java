package io.berth.server.streaming;

import io.berth.core.error.BerthException;
import io.berth.core.stream.ProcessStreams;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets the size that a terminal's client wants last: one call at a time, however many sizes come. Thread-safe. */
final class Resizing {
    private static final Logger LOG = LoggerFactory.getLogger(Resizing.class);

    private final Executor workers;
    private ProcessStreams.@Nullable Resizing terminal;
    private @Nullable Size wanted;
    private boolean working;

    Resizing(Executor workers) {
        this.workers = workers;
    }

    /** The terminal is there: it gets what was wanted until now. */
    synchronized void to(ProcessStreams.Resizing newTerminal) {
        terminal = newTerminal;
        begin();
    }

    synchronized void wanted(int columns, int rows) {
        wanted = new Size(columns, rows);
        begin();
    }

    private void begin() {
        if (terminal == null || wanted == null || working) {
            return;
        }
        try {
            working = true;
            workers.execute(this::work);
        } catch (RejectedExecutionException full) {
            working = false;
        }
    }

    private void work() {
        for (Size size = next(); size != null; size = next()) {
            try {
                size.terminal().resize(size.columns(), size.rows());
            } catch (BerthException failure) {
                // The process has ended, or has no terminal: a size is then of no use to anyone.
                LOG.debug("a terminal was not resized: {}", failure.getMessage());
            }
        }
    }

    private synchronized @Nullable Size next() {
        Size next = wanted;
        wanted = null;
        working = next != null;
        return next == null ? null : next.of(terminal);
    }

    private record Size(int columns, int rows, ProcessStreams.@Nullable Resizing known) {
        Size(int columns, int rows) {
            this(columns, rows, null);
        }

        Size of(ProcessStreams.@Nullable Resizing target) {
            return new Size(columns, rows, target);
        }

        ProcessStreams.Resizing terminal() {
            return java.util.Objects.requireNonNull(known);
        }
    }
}

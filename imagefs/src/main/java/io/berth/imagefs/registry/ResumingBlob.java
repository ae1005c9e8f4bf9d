package io.berth.imagefs.registry;

import io.berth.imagefs.content.PieceStream;
import io.berth.imagefs.content.Texts;
import io.berth.imagefs.http.ResponseBody;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A blob's body that goes on where it broke off, so that whoever reads it (and has hashed, unpacked and written what
 * came before) does not notice. It gives up when it breaks too often without getting on, and at once when nothing comes
 * for the progress time-out. An answer that ends well and is too short is the reader's to judge. For one thread.
 */
final class ResumingBlob extends PieceStream {
    private static final Logger LOG = LoggerFactory.getLogger(ResumingBlob.class);

    /** From here on a break counts as the first one again. */
    private static final long PROGRESS = 1 << 20;

    private final String what;
    private final long size;
    private final int attempts;
    private final Opener opener;
    private final Pause pause;
    private ResponseBody body;
    private @Nullable ByteBuffer view;
    private long came;
    private long lastBreak;
    private int breaks;
    private boolean closed;

    /** Opens the body from an offset on. */
    @FunctionalInterface
    interface Opener {
        ResponseBody open(long offset);
    }

    /** Waits before the n-th try; throws when the pull has been cancelled. */
    @FunctionalInterface
    interface Pause {
        void before(int attempt, String what);
    }

    /**
     * Opens the body.
     *
     * @param size of all that it gives, for the log
     * @param attempts most connections without progress, the first included
     */
    ResumingBlob(String what, long size, int attempts, Opener opener, Pause pause) {
        this.what = what;
        this.size = size;
        this.attempts = attempts;
        this.opener = opener;
        this.pause = pause;
        this.body = opener.open(0);
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        while (view == null || !view.hasRemaining()) {
            try {
                view = body.next();
                if (view == null) {
                    return null;
                }
                came += view.remaining();
            } catch (SocketTimeoutException stalled) {
                throw stalled;
            } catch (IOException broken) {
                goOn(broken);
            }
        }
        return view;
    }

    private void goOn(IOException broken) throws IOException {
        breaks = came - lastBreak >= PROGRESS ? 1 : breaks + 1;
        lastBreak = came;
        if (closed || breaks >= attempts) {
            throw broken;
        }
        body.close();
        pause.before(breaks, what);
        LOG.info(
                "{}: broke off after {} of {} bytes ({}); going on from there",
                what,
                came,
                size,
                Texts.shortened(String.valueOf(broken.getMessage())));
        body = opener.open(came);
    }

    @Override
    public void close() {
        closed = true;
        body.close();
    }

    /** The pause before a try: doubled each time. */
    static Duration doubled(Duration first, int attempt) {
        return first.multipliedBy(1L << Math.min(attempt - 1, 16));
    }
}

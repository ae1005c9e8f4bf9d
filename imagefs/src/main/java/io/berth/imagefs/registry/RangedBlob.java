package io.berth.imagefs.registry;

import io.berth.imagefs.content.PieceStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A large blob. It comes over one connection as long as its reader keeps that busy; a reader that does little but wait
 * gets the ranges that follow over others at the same time, a few and in order, where the registry has ranges and there
 * is memory for them. Whatever fails with ranges, the blob goes on over one connection. For one thread.
 */
final class RangedBlob extends PieceStream {
    private static final Logger LOG = LoggerFactory.getLogger(RangedBlob.class);

    private final String what;
    private final long size;
    private final int most;
    private final RangeSlots slots;
    private final BlobPart.Opener opener;
    private final Duration patience;
    private final WaitingShare waiting = new WaitingShare(System::nanoTime);
    private final Deque<BlobPart> parts = new ArrayDeque<>();
    private @Nullable ResumingBlob straight;
    private @Nullable BlobPart current;
    private @Nullable ByteBuffer view;
    private long came;
    private boolean usesRanges;
    private boolean hasRanges = true;

    /**
     * Opens the blob.
     *
     * @param most connections at once
     * @param patience for a whole range
     */
    RangedBlob(String what, long size, int most, RangeSlots slots, BlobPart.Opener opener, Duration patience) {
        this.what = what;
        this.size = size;
        this.most = most;
        this.slots = slots;
        this.opener = opener;
        this.patience = patience;
        this.straight = opener.open(ByteRange.ALL);
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        if (view != null && view.hasRemaining()) {
            return view;
        }
        letGo();
        long since = waiting.begin();
        try {
            extend();
            BlobPart first = parts.peek();
            ByteBuffer piece = first != null && first.from() == came ? part(first) : null;
            view = piece == null ? straight() : piece;
        } finally {
            waiting.end(since);
        }
        if (view != null) {
            came += view.remaining();
        }
        return view;
    }

    private void letGo() {
        view = null;
        if (current != null) {
            current.release();
            current = null;
        }
    }

    /** Asks for ranges beyond what is on its way already. */
    private void extend() {
        boolean slow = usesRanges || waiting.isLarge();
        // Until the first one has come nobody knows whether the registry has ranges.
        boolean known = parts.isEmpty() || usesRanges || parts.getFirst().isHere();
        if (most < 2 || !hasRanges || !slow || !known) {
            return;
        }
        if (!parts.isEmpty()) {
            useRanges();
        }
        int wanted = usesRanges ? most - (straight == null ? 0 : 1) : 1;
        while (parts.size() < wanted) {
            long from = parts.isEmpty()
                    ? (straight == null ? came : came + RangeSlots.SIZE)
                    : parts.getLast().end();
            BlobPart part =
                    from >= size ? null : BlobPart.begin(from, Math.min(size, from + RangeSlots.SIZE), slots, opener);
            if (part == null) {
                return;
            }
            parts.add(part);
        }
    }

    private void useRanges() {
        if (!usesRanges) {
            usesRanges = true;
            LOG.info("{}: the network is what is waited for; fetching up to {} ranges at a time", what, most);
        }
    }

    /** What a part has; null where it did not come, after which there are no more. */
    private @Nullable ByteBuffer part(BlobPart first) throws IOException {
        try {
            ByteBuffer content = first.await(patience);
            parts.remove();
            current = first;
            useRanges();
            if (straight != null) {
                straight.close();
                straight = null;
            }
            return content;
        } catch (InterruptedIOException interrupted) {
            throw interrupted;
        } catch (IOException e) {
            LOG.info("{}: going on over one connection: {}", what, e.getMessage());
            hasRanges = false;
            dropParts();
            return null;
        }
    }

    /** What comes over the one connection, up to where a part begins. */
    private @Nullable ByteBuffer straight() throws IOException {
        if (straight == null) {
            if (came == size) {
                return null;
            }
            straight = opener.open(ByteRange.from(came));
            usesRanges = false;
        }
        ByteBuffer piece = straight.next();
        BlobPart first = parts.peek();
        if (piece == null || first == null || came + piece.remaining() <= first.from()) {
            return piece == null ? null : taken(piece, piece.remaining());
        }
        return taken(piece, (int) (first.from() - came));
    }

    private static ByteBuffer taken(ByteBuffer piece, int length) {
        ByteBuffer taken = piece.slice(piece.position(), length);
        piece.position(piece.position() + length);
        return taken;
    }

    private void dropParts() {
        parts.forEach(BlobPart::release);
        parts.clear();
    }

    @Override
    public void close() {
        letGo();
        dropParts();
        if (straight != null) {
            straight.close();
        }
    }
}

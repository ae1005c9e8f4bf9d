package io.berth.imagefs.registry;

/**
 * Which bytes of a blob are wanted.
 *
 * @param from the first one
 * @param end the one that is not wanted any more; {@link #OPEN}: all that come
 */
record ByteRange(long from, long end) {
    static final long OPEN = Long.MAX_VALUE;

    static final ByteRange ALL = new ByteRange(0, OPEN);

    /** All from an offset on. */
    static ByteRange from(long offset) {
        return new ByteRange(offset, OPEN);
    }

    /** Whether a request for it is one without a {@code Range} header. */
    boolean isAll() {
        return equals(ALL);
    }

    /** The value of the {@code Range} header. */
    String header() {
        return "bytes=" + from + "-" + (end == OPEN ? "" : Long.toString(end - 1));
    }
}

package io.berth.imagefs.tar;

import java.io.IOException;

/** A tar stream that breaks its format, or a bound. */
public final class TarException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean limit;

    TarException(String message) {
        this(message, false);
    }

    private TarException(String message, boolean limit) {
        super(message);
        this.limit = limit;
    }

    /** A stream that is well-formed and asks for too much. */
    static TarException limit(String message) {
        return new TarException(message, true);
    }

    /** Whether it is a bound that was broken rather than the format. */
    public boolean isLimit() {
        return limit;
    }
}

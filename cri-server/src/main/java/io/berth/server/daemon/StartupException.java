package io.berth.server.daemon;

import org.jspecify.annotations.Nullable;

/** A daemon that cannot start; the message is one line that says why and what to do. */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartupException(String message) {
        this(message, null);
    }

    StartupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

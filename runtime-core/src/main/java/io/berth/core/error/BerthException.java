package io.berth.core.error;

import org.jspecify.annotations.Nullable;

/**
 * The one error that leaves the core. Its message is for the person at the other end: it names the operation, the
 * subject, the cause and, where there is one, the way out.
 */
public final class BerthException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;

    public BerthException(ErrorKind kind, String message) {
        this(kind, message, null);
    }

    public BerthException(ErrorKind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public ErrorKind kind() {
        return kind;
    }

    /** The thing of that id or name is not there. */
    public static BerthException notFound(String message) {
        return new BerthException(ErrorKind.NOT_FOUND, message);
    }

    /** The request can never succeed as it stands. */
    public static BerthException invalidArgument(String message) {
        return new BerthException(ErrorKind.INVALID_ARGUMENT, message);
    }

    /** The state of the thing or of the node does not allow this. */
    public static BerthException failedPrecondition(String message) {
        return new BerthException(ErrorKind.FAILED_PRECONDITION, message);
    }
}

package io.berth.imagefs;

import org.jspecify.annotations.Nullable;

/** What went wrong with an image. The message names the image, layer or file and what a person can do about it. */
public final class ImageException extends RuntimeException {
    /** What sort of failure it is; the layers above turn it into the status code of their own interface. */
    public enum Kind {
        /** A reference, key or user string that cannot be parsed. */
        INVALID_ARGUMENT,
        /** No such image here, or no such manifest or blob at the registry. */
        NOT_FOUND,
        /** A prefix that more than one image has. */
        AMBIGUOUS,
        /** The registry wants credentials, or refuses the ones given. */
        UNAUTHENTICATED,
        /** The registry knows the caller and says no. */
        PERMISSION_DENIED,
        /** The registry said "too many requests" more often than it was worth waiting for. */
        RATE_LIMITED,
        /** The registry cannot be reached, or answers with server errors. */
        UNAVAILABLE,
        /** The registry stopped sending. */
        DEADLINE_EXCEEDED,
        /** Bytes that are not what their digest, size or diff ID says. */
        CORRUPT_CONTENT,
        /** Content that breaks its format, or tries to reach outside of its layer. */
        INVALID_CONTENT,
        /** Content beyond a configured limit. */
        LIMIT_EXCEEDED,
        /** Well-formed content that this node cannot use: another platform, an artifact, an unknown media type. */
        UNSUPPORTED,
        /** The disk is full. */
        NO_SPACE,
        /** A user or group that the image does not know. */
        UNKNOWN_USER,
        /** The local store failed: a system call or its database. */
        STORAGE,
        /** The caller was interrupted, or the store was closed. */
        CANCELLED
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    public ImageException(Kind kind, String message) {
        this(kind, message, null);
    }

    public ImageException(Kind kind, @Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The same failure under a message that says what was being done; the kind stays. */
    public ImageException during(String doing) {
        return new ImageException(kind, doing + ": " + getMessage(), this);
    }
}

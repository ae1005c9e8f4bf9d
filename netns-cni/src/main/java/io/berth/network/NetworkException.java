package io.berth.network;

import org.jspecify.annotations.Nullable;

/**
 * A network operation that failed. The message reads {@code operation subject: reason}, with the errno's name in the
 * reason where the kernel gave one.
 */
public final class NetworkException extends RuntimeException {

    /** What sort of failure it is, in the terms that callers translate to their own. */
    public enum Kind {
        /** The request or the configuration says something that cannot be. */
        INVALID_ARGUMENT,
        /** Something else holds what was asked for, such as a host port. */
        ALREADY_EXISTS,
        /** The machine is not in a state that allows it: a library, a capability or the namespace is missing. */
        FAILED_PRECONDITION,
        /** No address is left. */
        RESOURCE_EXHAUSTED,
        /** It took too long. */
        DEADLINE_EXCEEDED,
        /** The kernel or the disk refused, unexpectedly. */
        INTERNAL
    }

    private final Kind kind;
    private final String operation;
    private final String subject;
    private final @Nullable String errnoName;

    public NetworkException(Kind kind, String operation, String subject, String reason) {
        this(kind, operation, subject, reason, null, null);
    }

    public NetworkException(Kind kind, String operation, String subject, String reason, @Nullable Throwable cause) {
        this(kind, operation, subject, reason, null, cause);
    }

    public NetworkException(
            Kind kind,
            String operation,
            String subject,
            String reason,
            @Nullable String errnoName,
            @Nullable Throwable cause) {
        super(operation + " " + subject + ": " + reason, cause);
        this.kind = kind;
        this.operation = operation;
        this.subject = subject;
        this.errnoName = errnoName;
    }

    public Kind kind() {
        return kind;
    }

    /** What was being done, like {@code add address}. */
    public String operation() {
        return operation;
    }

    /** What it was done to: a link, an address, a file, a port. */
    public String subject() {
        return subject;
    }

    /** The kernel's error, like {@code EEXIST}, or null when the failure did not come from the kernel. */
    public @Nullable String errnoName() {
        return errnoName;
    }
}

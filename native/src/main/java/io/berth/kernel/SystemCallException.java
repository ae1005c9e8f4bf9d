package io.berth.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A system call that failed. Carries what was tried (the call's name), on what (a path or a name; null where the call
 * has none), the error and, where the kernel said more, that as well. The message is made for a person: {@code "mkdirat
 * /var/lib/berth/images: ENOSPC (no space left on device)"}.
 */
public final class SystemCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String operation;
    private final @Nullable String subject;
    private final Errno errno;
    private final int errnoNumber;

    /** A failure of {@code operation} on {@code subject} with the kernel's {@code errnoNumber}. */
    public SystemCallException(String operation, @Nullable String subject, int errnoNumber) {
        this(operation, subject, errnoNumber, null);
    }

    /** As above, for an error of the table. */
    public SystemCallException(String operation, @Nullable String subject, Errno errno) {
        this(operation, subject, errno.number(), null);
    }

    /** As above, with what else is known, such as the messages of a file-system context. */
    public SystemCallException(String operation, @Nullable String subject, int errnoNumber, @Nullable String detail) {
        super(message(operation, subject, errnoNumber, detail));
        this.operation = operation;
        this.subject = subject;
        this.errno = Errno.of(errnoNumber);
        this.errnoNumber = errnoNumber;
    }

    /** Returns the call that failed, by the kernel's name for it. */
    public String operation() {
        return operation;
    }

    /** Returns the path or name that the call was about, or null where it had none. */
    public @Nullable String subject() {
        return subject;
    }

    /** Returns the error, {@link Errno#UNKNOWN} for a number that the table lacks. */
    public Errno errno() {
        return errno;
    }

    /** Returns the kernel's number as it came. */
    public int errnoNumber() {
        return errnoNumber;
    }

    private static String message(
            String operation, @Nullable String subject, int errnoNumber, @Nullable String detail) {
        Errno errno = Errno.of(errnoNumber);
        return operation
                + (subject == null ? "" : " " + subject)
                + ": "
                + (errno == Errno.UNKNOWN ? "errno " + errnoNumber : errno.name())
                + " ("
                + Errno.textOf(errnoNumber)
                + ")"
                + (detail == null ? "" : ": " + detail);
    }
}

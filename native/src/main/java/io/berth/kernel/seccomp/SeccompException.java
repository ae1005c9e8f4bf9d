package io.berth.kernel.seccomp;

/** A profile that cannot be compiled: it says something wrong, or this machine lacks the means. */
public final class SeccompException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public SeccompException(String message) {
        super(message);
    }

    /** What is wrong, and what lies under it. */
    public SeccompException(String message, Throwable cause) {
        super(message, cause);
    }
}

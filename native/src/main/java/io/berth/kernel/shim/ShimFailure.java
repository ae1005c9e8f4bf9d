package io.berth.kernel.shim;

import io.berth.kernel.Errno;
import io.berth.proto.shim.v1.Failure;

/**
 * A step that the shim tried and that failed. The message is made for the person who started the container:
 * {@code "exec /bin/nope: no such file or directory"}.
 */
public final class ShimFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String step;
    private final String subject;
    private final int errnoNumber;
    private final String detail;

    /** A failure as the shim reported it. */
    public ShimFailure(Failure failure) {
        super(describe(failure));
        this.step = failure.getStep();
        this.subject = failure.getSubject();
        this.errnoNumber = failure.getErrnoNumber();
        this.detail = failure.getDetail();
    }

    /** Says a failure in one line: {@code STEP SUBJECT: ERRNO TEXT (DETAIL)}, without what is not there. */
    public static String describe(Failure failure) {
        StringBuilder words = new StringBuilder(failure.getStep());
        if (!failure.getSubject().isEmpty()) {
            words.append(words.isEmpty() ? "" : " ").append(failure.getSubject());
        }
        String detail = failure.getDetail();
        if (failure.getErrnoNumber() != 0) {
            words.append(": ").append(Errno.textOf(failure.getErrnoNumber()));
            if (!detail.isEmpty()) {
                words.append(" (").append(detail).append(')');
            }
        } else if (!detail.isEmpty()) {
            words.append(": ").append(detail);
        }
        return words.toString();
    }

    /** Returns what was tried, in words: {@code "exec"}. */
    public String step() {
        return step;
    }

    /** Returns on what, a path, a name or an id; may be empty. */
    public String subject() {
        return subject;
    }

    /** Returns the error, {@link Errno#UNKNOWN} where no system call failed or the number is in no table. */
    public Errno errno() {
        return Errno.of(errnoNumber);
    }

    /** Returns the number as it came, 0 where no system call failed. */
    public int errnoNumber() {
        return errnoNumber;
    }

    /** Returns what else is known; may be empty. */
    public String detail() {
        return detail;
    }
}

package io.berth.kernel.shim;

/** The shim is connected but did not answer in time; it may be stuck in the kernel. */
public final class ShimDeadlineExceeded extends ShimUnavailable {
    private static final long serialVersionUID = 1L;

    /** What was asked and how long was waited. */
    public ShimDeadlineExceeded(String message) {
        super(message, null);
    }
}

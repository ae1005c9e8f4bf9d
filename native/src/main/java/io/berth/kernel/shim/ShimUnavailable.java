package io.berth.kernel.shim;

import org.jspecify.annotations.Nullable;

/**
 * The shim could not be asked or did not answer: it is not there, the connection broke, or time ran out. Whether a
 * request that was sent has had its effect is unknown; the shim's state tells.
 */
public sealed class ShimUnavailable extends RuntimeException permits ShimDeadlineExceeded {
    private static final long serialVersionUID = 1L;

    /** What happened, and why where there is a cause. */
    public ShimUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

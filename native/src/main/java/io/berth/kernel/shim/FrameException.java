package io.berth.kernel.shim;

/** A frame that breaks the protocol: the connection cannot be used any more. */
final class FrameException extends Exception {
    private static final long serialVersionUID = 1L;

    FrameException(String message) {
        super(message);
    }
}

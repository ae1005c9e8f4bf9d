package io.berth.core.nri.wire;

/** What came over a plugin's socket is not the protocol. */
final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    WireException(String message) {
        super(message);
    }
}

package io.berth.core.nri.wire;

/** A plugin did not answer: it is gone, too late, or does not speak the protocol. Nothing more can be asked of it. */
public final class PluginUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PluginUnavailable(String message) {
        super(message);
    }
}

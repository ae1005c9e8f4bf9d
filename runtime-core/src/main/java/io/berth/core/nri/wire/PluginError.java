package io.berth.core.nri.wire;

/** A plugin answered with an error; the connection is well. */
public final class PluginError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The codes of gRPC that are used here. */
    public static final int UNKNOWN = 2;

    public static final int INVALID_ARGUMENT = 3;
    public static final int RESOURCE_EXHAUSTED = 8;
    public static final int FAILED_PRECONDITION = 9;
    public static final int UNIMPLEMENTED = 12;

    private final int code;

    PluginError(int code, String message) {
        super(message);
        this.code = code;
    }

    /** A code of gRPC. */
    public int code() {
        return code;
    }
}

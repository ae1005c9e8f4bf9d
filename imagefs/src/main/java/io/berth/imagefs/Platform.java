package io.berth.imagefs;

/**
 * What an image is built for, in the words of the OCI image specification (GOOS and GOARCH).
 *
 * @param os such as {@code linux}; empty where an image does not say
 * @param architecture such as {@code amd64} or {@code arm64}; empty where an image does not say
 * @param variant such as {@code v8}; empty for the usual one
 */
public record Platform(String os, String architecture, String variant) {
    /** The platform of the running machine. */
    public static Platform host() {
        String architecture = System.getProperty("os.arch", "");
        return switch (architecture) {
            case "amd64", "x86_64" -> new Platform("linux", "amd64", "");
            case "aarch64", "arm64" -> new Platform("linux", "arm64", "v8");
            default -> new Platform("linux", architecture, "");
        };
    }

    @Override
    public String toString() {
        String base = (os.isEmpty() ? "unknown" : os) + "/" + (architecture.isEmpty() ? "unknown" : architecture);
        return variant.isEmpty() ? base : base + "/" + variant;
    }
}

package io.berth.kernel;

/**
 * What differs between the machines that Berth runs on, besides the numbers in {@link SystemCallNumber}. Sources:
 * {@code asm/fcntl.h} and {@code linux/audit.h}.
 */
public enum Architecture {
    X86_64(0xC000003E, 0x10000, 0x20000),
    ARM64(0xC00000B7, 0x4000, 0x8000);

    private static final Architecture CURRENT = of(System.getProperty("os.arch", ""));

    private final int auditArchitecture;
    private final long openDirectory;
    private final long openNoFollow;

    Architecture(int auditArchitecture, long openDirectory, long openNoFollow) {
        this.auditArchitecture = auditArchitecture;
        this.openDirectory = openDirectory;
        this.openNoFollow = openNoFollow;
    }

    /** Returns the architecture of this process. */
    public static Architecture current() {
        return CURRENT;
    }

    /** Returns {@code AUDIT_ARCH_*}, by which a seccomp filter knows the machine. */
    public int auditArchitecture() {
        return auditArchitecture;
    }

    /** Returns {@code O_DIRECTORY}. */
    long openDirectory() {
        return openDirectory;
    }

    /** Returns {@code O_NOFOLLOW}. */
    long openNoFollow() {
        return openNoFollow;
    }

    /** Returns the machine for what the JVM says in {@code os.arch}. */
    static Architecture of(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> ARM64;
            default ->
                throw new UnsupportedOperationException(
                        "Berth runs on x86-64 and arm64, this machine is '" + name + "'");
        };
    }
}

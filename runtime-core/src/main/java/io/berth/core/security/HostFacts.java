package io.berth.core.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What this machine and this daemon's own process can do, read once at start.
 *
 * @param capabilities held by the daemon; what it lacks it can give to nobody
 * @param oomScoreAdj the daemon's own: without CAP_SYS_RESOURCE nothing lower can be set
 * @param apparmor whether the kernel has AppArmor on
 * @param selinux whether the kernel has SELinux on, with a policy
 * @param deviceFilter whether the daemon may say which devices a container can use
 * @param architecture as seccomp names it: SCMP_ARCH_X86_64, SCMP_ARCH_AARCH64
 */
public record HostFacts(
        Set<Capability> capabilities,
        int oomScoreAdj,
        boolean apparmor,
        boolean selinux,
        boolean deviceFilter,
        String architecture) {
    public HostFacts {
        capabilities = Set.copyOf(capabilities);
    }

    /**
     * Reads them.
     *
     * @param deviceFilter whether the kernel takes device filters from this daemon
     */
    public static HostFacts read(boolean deviceFilter) {
        EnumSet<Capability> own = line(Path.of("/proc/self/status"), "CapEff:")
                .map(text -> Capability.ofMask(Long.parseUnsignedLong(text, 16)))
                .orElse(EnumSet.allOf(Capability.class));
        int score = first(Path.of("/proc/self/oom_score_adj"))
                .map(Integer::parseInt)
                .orElse(0);
        boolean apparmor = first(Path.of("/sys/module/apparmor/parameters/enabled"))
                .filter("Y"::equals)
                .isPresent();
        // Before a policy is loaded everything is the kernel's.
        boolean selinux = Files.exists(Path.of("/sys/fs/selinux/enforce"))
                && first(Path.of("/proc/self/attr/current"))
                        .filter(label -> !label.replace("\0", "").equals("kernel"))
                        .isPresent();
        String architecture =
                System.getProperty("os.arch").equals("aarch64") ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64";
        return new HostFacts(own, score, apparmor, selinux, deviceFilter, architecture);
    }

    /** The nearest score to that asked for that this daemon may set. */
    public int restrictOomScoreAdj(long wanted) {
        long bounded = Math.clamp(wanted, -1000, 1000);
        if (capabilities.contains(Capability.CAP_SYS_RESOURCE)) {
            return (int) bounded;
        }
        return (int) Math.max(bounded, oomScoreAdj);
    }

    private static Optional<String> first(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static Optional<String> line(Path file, String prefix) {
        return first(file)
                .flatMap(text -> text.lines()
                        .filter(line -> line.startsWith(prefix))
                        .map(line -> line.substring(prefix.length()).strip())
                        .findFirst());
    }
}

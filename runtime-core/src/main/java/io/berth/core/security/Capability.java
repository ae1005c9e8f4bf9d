package io.berth.core.security;

import io.berth.core.error.BerthException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The capabilities of Linux in the order of their numbers (linux/capability.h). */
public enum Capability {
    CAP_CHOWN,
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    CAP_FOWNER,
    CAP_FSETID,
    CAP_KILL,
    CAP_SETGID,
    CAP_SETUID,
    CAP_SETPCAP,
    CAP_LINUX_IMMUTABLE,
    CAP_NET_BIND_SERVICE,
    CAP_NET_BROADCAST,
    CAP_NET_ADMIN,
    CAP_NET_RAW,
    CAP_IPC_LOCK,
    CAP_IPC_OWNER,
    CAP_SYS_MODULE,
    CAP_SYS_RAWIO,
    CAP_SYS_CHROOT,
    CAP_SYS_PTRACE,
    CAP_SYS_PACCT,
    CAP_SYS_ADMIN,
    CAP_SYS_BOOT,
    CAP_SYS_NICE,
    CAP_SYS_RESOURCE,
    CAP_SYS_TIME,
    CAP_SYS_TTY_CONFIG,
    CAP_MKNOD,
    CAP_LEASE,
    CAP_AUDIT_WRITE,
    CAP_AUDIT_CONTROL,
    CAP_SETFCAP,
    CAP_MAC_OVERRIDE,
    CAP_MAC_ADMIN,
    CAP_SYSLOG,
    CAP_WAKE_ALARM,
    CAP_BLOCK_SUSPEND,
    CAP_AUDIT_READ,
    CAP_PERFMON,
    CAP_BPF,
    CAP_CHECKPOINT_RESTORE;

    private static final List<Capability> ALL = List.of(values());

    /** What a container gets that asks for nothing: as Docker and containerd have it. */
    private static final Set<Capability> DEFAULT = Set.copyOf(EnumSet.of(
            CAP_CHOWN,
            CAP_DAC_OVERRIDE,
            CAP_FSETID,
            CAP_FOWNER,
            CAP_MKNOD,
            CAP_NET_RAW,
            CAP_SETGID,
            CAP_SETUID,
            CAP_SETFCAP,
            CAP_SETPCAP,
            CAP_NET_BIND_SERVICE,
            CAP_SYS_CHROOT,
            CAP_KILL,
            CAP_AUDIT_WRITE));

    private static final Map<String, Capability> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Capability::name, Function.identity()));

    /** The default set, a copy of the caller's own. */
    public static EnumSet<Capability> defaults() {
        return EnumSet.copyOf(DEFAULT);
    }

    /** By name, with or without CAP_, in any case. */
    public static Capability named(String name) {
        Capability exact = BY_NAME.get(name);
        if (exact != null) {
            return exact;
        }
        String upper = name.toUpperCase(Locale.ROOT);
        String full = upper.startsWith("CAP_") ? upper : "CAP_" + upper;
        for (Capability capability : ALL) {
            if (capability.name().equals(full)) {
                return capability;
            }
        }
        throw BerthException.invalidArgument(
                "\"" + name + "\" is not a capability: name one such as NET_ADMIN, or ALL");
    }

    /** Those whose bits are set in a mask such as that of /proc/self/status; bits without a name are passed over. */
    public static EnumSet<Capability> ofMask(long mask) {
        EnumSet<Capability> set = EnumSet.noneOf(Capability.class);
        for (Capability capability : ALL) {
            if ((mask & capability.bit()) != 0) {
                set.add(capability);
            }
        }
        return set;
    }

    /** The mask of a set. */
    public static long mask(Iterable<Capability> set) {
        long mask = 0;
        for (Capability capability : set) {
            mask |= capability.bit();
        }
        return mask;
    }

    /** The names of a set, in the order of their numbers. */
    public static List<String> names(Set<Capability> set) {
        List<String> names = new ArrayList<>(set.size());
        for (Capability capability : ALL) {
            if (set.contains(capability)) {
                names.add(capability.name());
            }
        }
        return names;
    }

    @SuppressWarnings("EnumOrdinal") // the constants stand in the order of the kernel's numbers; a test holds that
    private long bit() {
        return 1L << ordinal();
    }
}

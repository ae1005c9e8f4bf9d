package io.berth.kernel;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The capabilities of {@code linux/capability.h}. */
public enum Capability {
    CHOWN(0),
    DAC_OVERRIDE(1),
    DAC_READ_SEARCH(2),
    FOWNER(3),
    FSETID(4),
    KILL(5),
    SETGID(6),
    SETUID(7),
    SETPCAP(8),
    LINUX_IMMUTABLE(9),
    NET_BIND_SERVICE(10),
    NET_BROADCAST(11),
    NET_ADMIN(12),
    NET_RAW(13),
    IPC_LOCK(14),
    IPC_OWNER(15),
    SYS_MODULE(16),
    SYS_RAWIO(17),
    SYS_CHROOT(18),
    SYS_PTRACE(19),
    SYS_PACCT(20),
    SYS_ADMIN(21),
    SYS_BOOT(22),
    SYS_NICE(23),
    SYS_RESOURCE(24),
    SYS_TIME(25),
    SYS_TTY_CONFIG(26),
    MKNOD(27),
    LEASE(28),
    AUDIT_WRITE(29),
    AUDIT_CONTROL(30),
    SETFCAP(31),
    MAC_OVERRIDE(32),
    MAC_ADMIN(33),
    SYSLOG(34),
    WAKE_ALARM(35),
    BLOCK_SUSPEND(36),
    AUDIT_READ(37),
    PERFMON(38),
    BPF(39),
    CHECKPOINT_RESTORE(40);

    private static final Map<String, Capability> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(Capability::kernelName, Function.identity()));

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /** Finds a capability by the kernel's name, {@code "CAP_SYS_ADMIN"}. */
    public static Optional<Capability> find(String kernelName) {
        return Optional.ofNullable(BY_NAME.get(kernelName));
    }

    /** Returns the number, which is the bit in a set. */
    public int number() {
        return number;
    }

    /** Returns the kernel's name, {@code "CAP_SYS_ADMIN"}. */
    public String kernelName() {
        return "CAP_" + name();
    }
}

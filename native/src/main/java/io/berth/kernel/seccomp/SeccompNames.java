package io.berth.kernel.seccomp;

import static java.util.Map.entry;

import io.berth.kernel.Architecture;
import io.berth.kernel.Errno;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The runtime specification's names, as numbers of {@code linux/seccomp.h}, {@code seccomp.h} and
 * {@code linux/audit.h}.
 */
final class SeccompNames {
    /** {@code SCMP_ARCH_X32}: libseccomp's own number, the kernel knows it as x86-64. */
    static final int X32 = 0x4000003E;

    private static final int RETURN_ERRNO = 0x00050000;
    private static final int RETURN_TRACE = 0x7ff00000;
    private static final int ERRNO_MASK = 0xFFFF;

    private static final Map<String, Integer> PLAIN_ACTIONS = Map.of(
            "SCMP_ACT_KILL", 0,
            "SCMP_ACT_KILL_THREAD", 0,
            "SCMP_ACT_KILL_PROCESS", 0x80000000,
            "SCMP_ACT_TRAP", 0x00030000,
            "SCMP_ACT_LOG", 0x7ffc0000,
            "SCMP_ACT_ALLOW", 0x7fff0000);

    private static final Map<String, Integer> ARCHITECTURES = Map.ofEntries(
            entry("SCMP_ARCH_NATIVE", 0),
            entry("SCMP_ARCH_X86", 0x40000003),
            entry("SCMP_ARCH_X86_64", 0xC000003E),
            entry("SCMP_ARCH_X32", X32),
            entry("SCMP_ARCH_ARM", 0x40000028),
            entry("SCMP_ARCH_AARCH64", 0xC00000B7),
            entry("SCMP_ARCH_MIPS", 0x00000008),
            entry("SCMP_ARCH_MIPS64", 0x80000008),
            entry("SCMP_ARCH_MIPS64N32", 0xA0000008),
            entry("SCMP_ARCH_MIPSEL", 0x40000008),
            entry("SCMP_ARCH_MIPSEL64", 0xC0000008),
            entry("SCMP_ARCH_MIPSEL64N32", 0xE0000008),
            entry("SCMP_ARCH_PPC", 0x00000014),
            entry("SCMP_ARCH_PPC64", 0x80000015),
            entry("SCMP_ARCH_PPC64LE", 0xC0000015),
            entry("SCMP_ARCH_S390", 0x00000016),
            entry("SCMP_ARCH_S390X", 0x80000016),
            entry("SCMP_ARCH_PARISC", 0x0000000F),
            entry("SCMP_ARCH_PARISC64", 0x8000000F),
            entry("SCMP_ARCH_RISCV64", 0xC00000F3));

    private static final Map<String, Integer> OPERATORS = Map.of(
            "SCMP_CMP_NE", 1,
            "SCMP_CMP_LT", 2,
            "SCMP_CMP_LE", 3,
            "SCMP_CMP_EQ", 4,
            "SCMP_CMP_GE", 5,
            "SCMP_CMP_GT", 6,
            "SCMP_CMP_MASKED_EQ", 7);

    private static final Map<String, Integer> FLAGS = Map.of(
            "SECCOMP_FILTER_FLAG_TSYNC", 1,
            "SECCOMP_FILTER_FLAG_LOG", 2,
            "SECCOMP_FILTER_FLAG_SPEC_ALLOW", 4);

    private SeccompNames() {}

    static int action(String name, @Nullable Integer errno) {
        int number = errno == null ? Errno.EPERM.number() : errno;
        if (number < 0 || number > ERRNO_MASK) {
            throw new SeccompException("seccomp: errnoRet " + number + " is not between 0 and 65535");
        }
        return switch (name) {
            case "SCMP_ACT_ERRNO" -> RETURN_ERRNO | number;
            case "SCMP_ACT_TRACE" -> RETURN_TRACE | number;
            case "SCMP_ACT_NOTIFY" ->
                throw new SeccompException("seccomp: SCMP_ACT_NOTIFY (a listener) is not supported");
            default -> look(PLAIN_ACTIONS, "action", name);
        };
    }

    /** Returns whether an action keeps a call from being made, in another way than by ENOSYS. */
    static boolean refuses(int action) {
        boolean lets = action == look(PLAIN_ACTIONS, "action", "SCMP_ACT_ALLOW")
                || action == look(PLAIN_ACTIONS, "action", "SCMP_ACT_LOG")
                || (action & ~ERRNO_MASK) == RETURN_TRACE;
        return !lets && action != (RETURN_ERRNO | Errno.ENOSYS.number());
    }

    static int operator(String name) {
        return look(OPERATORS, "operator", name);
    }

    static int flags(List<String> names) {
        int flags = 0;
        for (String name : names) {
            flags |= look(FLAGS, "flag", name);
        }
        return flags;
    }

    /**
     * Returns the machine's own architecture first, then those of {@code names}, or where none are named its relatives.
     */
    static Set<Integer> architectures(List<String> names, Architecture machine) {
        Set<Integer> numbers = new LinkedHashSet<>();
        numbers.add(machine.auditArchitecture());
        List<String> wanted = switch (machine) {
            case X86_64 -> names.isEmpty() ? List.of("SCMP_ARCH_X86", "SCMP_ARCH_X32") : names;
            case ARM64 -> names.isEmpty() ? List.of("SCMP_ARCH_ARM") : names;
        };
        for (String name : wanted) {
            int number = look(ARCHITECTURES, "architecture", name);
            if (number != 0) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static int look(Map<String, Integer> table, String kind, String name) {
        Integer number = table.get(name);
        if (number == null) {
            throw new SeccompException("seccomp: unknown " + kind + " '" + name + "', known are "
                    + String.join(", ", new TreeSet<>(table.keySet())));
        }
        return number;
    }
}

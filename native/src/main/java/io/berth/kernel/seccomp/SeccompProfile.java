package io.berth.kernel.seccomp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A seccomp profile, as {@code linux.seccomp} of the OCI runtime specification (v1.2) has it, names included.
 *
 * @param defaultAction the action of system calls that no rule names, {@code "SCMP_ACT_ERRNO"}
 * @param defaultErrnoRet what the default action returns when it is {@code SCMP_ACT_ERRNO} or {@code SCMP_ACT_TRACE};
 *     null: EPERM
 * @param architectures {@code "SCMP_ARCH_X86_64"} and so on; none: the machine's own and those that it can also run
 * @param flags {@code "SECCOMP_FILTER_FLAG_LOG"} and so on
 * @param syscalls the rules
 */
public record SeccompProfile(
        String defaultAction,
        @Nullable Integer defaultErrnoRet,
        List<String> architectures,
        List<String> flags,
        List<Rule> syscalls) {
    /** Keeps copies of the lists. */
    public SeccompProfile {
        architectures = List.copyOf(architectures);
        flags = List.copyOf(flags);
        syscalls = List.copyOf(syscalls);
    }

    /**
     * One rule.
     *
     * @param names the system calls; those that the machine does not know are passed over
     * @param action {@code "SCMP_ACT_ALLOW"} and so on
     * @param errnoRet what {@code SCMP_ACT_ERRNO} returns; null: EPERM
     * @param arguments conditions that must all hold
     */
    public record Rule(
            List<String> names, String action, @Nullable Integer errnoRet, List<Argument> arguments) {
        /** Keeps copies of the lists. */
        public Rule {
            names = List.copyOf(names);
            arguments = List.copyOf(arguments);
        }
    }

    /**
     * A condition on one argument.
     *
     * @param index 0 to 5
     * @param value what is compared with; unsigned. The mask for {@code SCMP_CMP_MASKED_EQ}
     * @param valueTwo the wanted value of the masked bits for {@code SCMP_CMP_MASKED_EQ}
     * @param operator {@code "SCMP_CMP_EQ"} and so on
     */
    public record Argument(int index, long value, long valueTwo, String operator) {}
}

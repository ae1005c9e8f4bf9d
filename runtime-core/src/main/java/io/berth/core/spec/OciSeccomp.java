package io.berth.core.spec;

import io.berth.core.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A system call filter (config-linux.md, "seccomp"). */
public record OciSeccomp(
        String defaultAction,
        @Nullable Integer defaultErrnoRet,
        List<String> architectures,
        List<String> flags,
        List<SystemCalls> syscalls) {
    public OciSeccomp {
        architectures = Immutable.list(architectures);
        flags = Immutable.list(flags);
        syscalls = Immutable.list(syscalls);
    }

    /** What happens to some system calls. */
    public record SystemCalls(
            List<String> names, String action, @Nullable Integer errnoRet, List<Argument> args) {
        public SystemCalls {
            names = Immutable.list(names);
            args = Immutable.list(args);
        }
    }

    /** A condition on an argument. */
    public record Argument(int index, long value, long valueTwo, String op) {}
}

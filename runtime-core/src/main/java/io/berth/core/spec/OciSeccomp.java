package io.berth.core.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.core.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A system call filter (config-linux.md, "seccomp"). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
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
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SystemCalls(
            List<String> names, String action, @Nullable Integer errnoRet, List<Argument> args) {
        public SystemCalls {
            names = Immutable.list(names);
            args = Immutable.list(args);
        }
    }

    /** A condition on an argument. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Argument(int index, long value, long valueTwo, String op) {}
}

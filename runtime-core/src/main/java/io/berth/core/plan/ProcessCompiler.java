package io.berth.core.plan;

import com.google.protobuf.ByteString;
import io.berth.core.security.Capability;
import io.berth.core.spec.OciProcess;
import io.berth.core.spec.OciSeccomp;
import io.berth.core.spec.OciSpec;
import io.berth.kernel.seccomp.SeccompCompiler;
import io.berth.kernel.seccomp.SeccompFilter;
import io.berth.kernel.seccomp.SeccompProfile;
import io.berth.proto.shim.v1.Capabilities;
import io.berth.proto.shim.v1.Process;
import io.berth.proto.shim.v1.ResourceLimit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles processes: a container's first one, and those that join it. Safe for any number of threads. */
@SuppressWarnings("AvoidCommonTypeNames") // the shim protocol's Process
public final class ProcessCompiler {
    private static final Map<String, Integer> LIMITS = Map.ofEntries(
            Map.entry("RLIMIT_CPU", 0),
            Map.entry("RLIMIT_FSIZE", 1),
            Map.entry("RLIMIT_DATA", 2),
            Map.entry("RLIMIT_STACK", 3),
            Map.entry("RLIMIT_CORE", 4),
            Map.entry("RLIMIT_RSS", 5),
            Map.entry("RLIMIT_NPROC", 6),
            Map.entry("RLIMIT_NOFILE", 7),
            Map.entry("RLIMIT_MEMLOCK", 8),
            Map.entry("RLIMIT_AS", 9),
            Map.entry("RLIMIT_LOCKS", 10),
            Map.entry("RLIMIT_SIGPENDING", 11),
            Map.entry("RLIMIT_MSGQUEUE", 12),
            Map.entry("RLIMIT_NICE", 13),
            Map.entry("RLIMIT_RTPRIO", 14),
            Map.entry("RLIMIT_RTTIME", 15));

    private final SeccompCompiler seccomp;

    ProcessCompiler(SeccompCompiler seccomp) {
        this.seccomp = seccomp;
    }

    /** The container's own first process. */
    Process first(OciSpec spec) {
        return common(spec)
                .addAllArguments(spec.process().args())
                .setWorkingDirectory(spec.process().cwd())
                .setCreateWorkingDirectory(true)
                .setTerminal(spec.process().terminal())
                .build();
    }

    /** Another command as the same user, with the same environment and under the same restrictions. */
    public static Process another(Process first, List<String> arguments) {
        return first.toBuilder()
                .clearArguments()
                .addAllArguments(arguments)
                .clearTerminal()
                .clearTerminalSize()
                .clearCreateWorkingDirectory()
                .build();
    }

    private Process.Builder common(OciSpec spec) {
        OciProcess process = spec.process();
        Process.Builder compiled = Process.newBuilder()
                .addAllEnvironment(process.env())
                .setUid((int) process.user().uid())
                .setGid((int) process.user().gid())
                .setNoNewPrivileges(process.noNewPrivileges())
                .setApparmorProfile(process.apparmorProfile())
                .setSelinuxLabel(process.selinuxLabel());
        process.user().additionalGids().forEach(gid -> compiled.addAdditionalGids(gid.intValue()));
        if (process.user().umask() != null) {
            compiled.setUmask(process.user().umask());
        }
        if (process.oomScoreAdj() != null) {
            compiled.setOomScoreAdj(process.oomScoreAdj());
        }
        OciProcess.Capabilities capabilities = process.capabilities();
        if (capabilities != null) {
            compiled.setCapabilities(Capabilities.newBuilder()
                    .setBounding(mask(capabilities.bounding()))
                    .setEffective(mask(capabilities.effective()))
                    .setPermitted(mask(capabilities.permitted()))
                    .setInheritable(mask(capabilities.inheritable()))
                    .setAmbient(mask(capabilities.ambient())));
        }
        for (OciProcess.ResourceLimit limit : process.rlimits()) {
            Integer number = LIMITS.get(limit.type());
            if (number == null) {
                throw new IllegalArgumentException("the resource limit " + limit.type() + " is not known");
            }
            compiled.addResourceLimits(ResourceLimit.newBuilder()
                    .setResource(number)
                    .setSoft(limit.soft())
                    .setHard(limit.hard()));
        }
        SchedulingCompiler.compile(spec, compiled);
        @Nullable SeccompFilter filter = filter(spec.linux().seccomp());
        if (filter != null) {
            compiled.setSeccompFilter(filter.program()).setSeccompFlags(filter.flags());
        } else {
            compiled.setSeccompFilter(ByteString.EMPTY);
        }
        return compiled;
    }

    private static long mask(List<String> names) {
        return Capability.mask(names.stream().map(Capability::named).toList());
    }

    @Nullable
    SeccompFilter filter(@Nullable OciSeccomp profile) {
        if (profile == null) {
            return null;
        }
        return seccomp.compile(new SeccompProfile(
                profile.defaultAction(),
                profile.defaultErrnoRet(),
                profile.architectures(),
                profile.flags(),
                profile.syscalls().stream()
                        .map(calls -> new SeccompProfile.Rule(
                                calls.names(),
                                calls.action(),
                                calls.errnoRet(),
                                calls.args().stream()
                                        .map(argument -> new SeccompProfile.Argument(
                                                argument.index(), argument.value(), argument.valueTwo(), argument.op()))
                                        .toList()))
                        .toList()));
    }
}

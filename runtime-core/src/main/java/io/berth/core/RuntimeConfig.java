package io.berth.core;

import io.berth.core.cgroup.MissingControllers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the core needs to know of the node and the operator's wishes.
 *
 * @param stateDirectory survives reboots: state.db
 * @param runDirectory gone after a reboot: sockets of the shims, specs of the containers
 * @param shimBinary the supervisor's executable
 * @param missingControllers for limits that this node cannot hold
 * @param defaultRuntimeHandler the name that the empty handler stands for
 * @param runtimeHandlers all handler names that are answered, the default one among them
 * @param unprivilegedPorts pods with a network of their own may bind ports below 1024 without a capability
 * @param unprivilegedIcmp pods with a network of their own may ping without a capability
 * @param cdiDirectories where vendors say what their devices are, those further back win
 * @param logLineLimitBytes a log line is split after this many bytes
 * @param execOutputLimitBytes kept of each stream of an ExecSync
 * @param shimDeadline for one answer of a shim
 * @param lockDeadline for another operation on the same sandbox or container to end
 */
public record RuntimeConfig(
        Path stateDirectory,
        Path runDirectory,
        Path shimBinary,
        MissingControllers missingControllers,
        String defaultRuntimeHandler,
        List<String> runtimeHandlers,
        boolean unprivilegedPorts,
        boolean unprivilegedIcmp,
        List<Path> cdiDirectories,
        int logLineLimitBytes,
        int execOutputLimitBytes,
        Duration shimDeadline,
        Duration lockDeadline) {
    public RuntimeConfig {
        runtimeHandlers = Immutable.list(runtimeHandlers);
        cdiDirectories = Immutable.list(cdiDirectories);
    }

    /** The defaults with these three paths. */
    public static RuntimeConfig of(Path stateDirectory, Path runDirectory, Path shimBinary) {
        return new RuntimeConfig(
                stateDirectory,
                runDirectory,
                shimBinary,
                MissingControllers.FAIL,
                "berth",
                List.of("berth"),
                true,
                true,
                List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi")),
                16 * 1024,
                1024 * 1024,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60));
    }

    /** The same with another way to take missing controllers. */
    public RuntimeConfig withMissingControllers(MissingControllers other) {
        return new RuntimeConfig(
                stateDirectory,
                runDirectory,
                shimBinary,
                other,
                defaultRuntimeHandler,
                runtimeHandlers,
                unprivilegedPorts,
                unprivilegedIcmp,
                cdiDirectories,
                logLineLimitBytes,
                execOutputLimitBytes,
                shimDeadline,
                lockDeadline);
    }
}

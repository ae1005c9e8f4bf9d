package io.berth.core.sandbox;

import io.berth.core.RuntimeConfig;
import io.berth.core.error.BerthException;
import io.berth.core.security.IdMapping;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import io.berth.core.security.UserNamespace;
import io.berth.core.spec.Sysctls;
import java.util.List;
import java.util.Map;

/** What a sandbox cannot be is refused before anything is made. */
public final class SandboxValidation {
    private static final int MAXIMUM_HOSTNAME = 64;
    private static final long MAXIMUM_ID = 0xFFFF_FFFFL;

    private SandboxValidation() {}

    /** Refuses, as INVALID_ARGUMENT with the field's name. */
    public static void check(SandboxConfig config, String runtimeHandler, RuntimeConfig runtime) {
        if (config.metadata().name().isEmpty()) {
            throw BerthException.invalidArgument("metadata.name is empty: a pod needs a name");
        }
        if (!runtimeHandler.isEmpty() && !runtime.runtimeHandlers().contains(runtimeHandler)) {
            throw BerthException.invalidArgument("there is no runtime handler \"" + runtimeHandler + "\", only "
                    + String.join(", ", runtime.runtimeHandlers()));
        }
        String hostname = config.hostname();
        if (hostname.length() > MAXIMUM_HOSTNAME
                || hostname.chars().anyMatch(character -> character <= ' ' || character >= 127 || character == '/')) {
            throw BerthException.invalidArgument("hostname \"" + hostname + "\" is not a host's name of at most "
                    + MAXIMUM_HOSTNAME + " characters");
        }
        if (!config.logDirectory().isEmpty() && !config.logDirectory().startsWith("/")) {
            throw BerthException.invalidArgument(
                    "log_directory \"" + config.logDirectory() + "\" is not an absolute path");
        }
        namespaces(config.security().namespaces());
        if (config.dns() != null) {
            ResolvConf.text(config.dns());
        }
    }

    /** The sysctls that the sandbox gets, checked, with the runtime's own defaults among them. */
    public static Map<String, String> sysctls(SandboxConfig config, RuntimeConfig runtime) {
        NamespaceOptions namespaces = config.security().namespaces();
        Map<String, String> sysctls = Sysctls.checked(config.sysctls(), namespaces);
        if (namespaces.network() != NamespaceMode.NODE) {
            if (runtime.unprivilegedPorts()) {
                sysctls.putIfAbsent("net.ipv4.ip_unprivileged_port_start", "0");
            }
            if (runtime.unprivilegedIcmp() && !namespaces.hasUserNamespace()) {
                sysctls.putIfAbsent("net.ipv4.ping_group_range", "0 2147483647");
            }
        }
        return sysctls;
    }

    private static void namespaces(NamespaceOptions namespaces) {
        if (namespaces.pid() == NamespaceMode.TARGET) {
            throw BerthException.invalidArgument(
                    "namespace_options.pid of a pod is TARGET: only a container can have another's PID namespace");
        }
        UserNamespace users = namespaces.userNamespace();
        if (users == null || users.mode() == NamespaceMode.NODE) {
            return;
        }
        if (users.mode() != NamespaceMode.POD) {
            throw BerthException.invalidArgument(
                    "namespace_options.userns_options.mode is " + users.mode() + ": POD and NODE are supported");
        }
        mappings("uids", users.uids());
        mappings("gids", users.gids());
        if (namespaces.pid() == NamespaceMode.NODE || namespaces.ipc() == NamespaceMode.NODE) {
            throw BerthException.invalidArgument(
                    "a pod with a user namespace cannot be in the host's PID or IPC namespace");
        }
    }

    private static void mappings(String field, List<IdMapping> mappings) {
        String name = "namespace_options.userns_options." + field;
        if (mappings.isEmpty()) {
            throw BerthException.invalidArgument(name + " is empty: a user namespace needs a range of ids");
        }
        for (IdMapping mapping : mappings) {
            if (mapping.length() <= 0
                    || mapping.containerId() + mapping.length() - 1 > MAXIMUM_ID
                    || mapping.hostId() + mapping.length() - 1 > MAXIMUM_ID) {
                throw BerthException.invalidArgument(name + " has the range " + mapping + ", which is none");
            }
        }
        if (mappings.stream().noneMatch(mapping -> mapping.containerId() == 0)) {
            throw BerthException.invalidArgument(name + " does not map id 0: the pod's root needs a host id");
        }
    }
}

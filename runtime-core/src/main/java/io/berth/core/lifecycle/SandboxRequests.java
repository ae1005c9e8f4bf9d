package io.berth.core.lifecycle;

import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.security.IdMapping;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import io.berth.core.security.UserNamespace;
import io.berth.proto.shim.v1.CreateSandboxRequest;
import io.berth.proto.shim.v1.Sysctl;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** What a shim is asked to make for a sandbox. */
final class SandboxRequests {
    private static final long SHM_BYTES = 64L * 1024 * 1024;

    /**
     * The kernel's settings by interface: some are copied to an interface when it is made, and are too late after that.
     */
    private static final Pattern OF_INTERFACES = Pattern.compile("[./](?:conf|neigh)[./]");

    private SandboxRequests() {}

    /** What most sandboxes have in common and can be made before one is asked for. */
    static CreateSandboxRequest ahead(String id) {
        return CreateSandboxRequest.newBuilder()
                .setSandboxId(id)
                .setNewNetwork(true)
                .setNewIpc(true)
                .setNewUts(true)
                .setShmSizeBytes(SHM_BYTES)
                .setAhead(true)
                .build();
    }

    /** Whether a sandbox can use what {@link #ahead} has made. */
    static boolean fitsAhead(SandboxConfig config, Map<String, String> sysctls) {
        NamespaceOptions options = config.security().namespaces();
        return options.network() != NamespaceMode.NODE
                && options.ipc() != NamespaceMode.NODE
                && !options.hasUserNamespace()
                && sysctls.keySet().stream()
                        .noneMatch(name -> OF_INTERFACES.matcher(name).find());
    }

    /**
     * All of a sandbox.
     *
     * @param mountLabel SELinux' for the /dev/shm, or empty
     * @param cgroup the directory that the init of a shared PID namespace enters
     * @param initOomScoreAdj that init's
     */
    static CreateSandboxRequest whole(
            String id,
            SandboxConfig config,
            String hostname,
            Map<String, String> sysctls,
            String mountLabel,
            Path cgroup,
            int initOomScoreAdj) {
        NamespaceOptions options = config.security().namespaces();
        boolean ownNetwork = options.network() != NamespaceMode.NODE;
        boolean ownIpc = options.ipc() != NamespaceMode.NODE;
        boolean sharedPid = options.pid() == NamespaceMode.POD;
        CreateSandboxRequest.Builder request = CreateSandboxRequest.newBuilder()
                .setSandboxId(id)
                .setNewNetwork(ownNetwork)
                .setNewIpc(ownIpc)
                .setNewUts(ownNetwork)
                .setNewPid(sharedPid)
                .setHostname(ownNetwork ? hostname : "")
                .setShmSizeBytes(ownIpc ? SHM_BYTES : 0)
                .setMountLabel(mountLabel);
        if (sharedPid) {
            request.setCgroupPath(cgroup.toString()).setOomScoreAdj(initOomScoreAdj);
        }
        UserNamespace users = options.userNamespace();
        if (users != null && options.hasUserNamespace()) {
            users.uids().forEach(mapping -> request.addUidMappings(mapping(mapping)));
            users.gids().forEach(mapping -> request.addGidMappings(mapping(mapping)));
        }
        sysctls.forEach((name, value) ->
                request.addSysctls(Sysctl.newBuilder().setName(name).setValue(value)));
        return request.build();
    }

    private static io.berth.proto.shim.v1.IdMapping mapping(IdMapping mapping) {
        return io.berth.proto.shim.v1.IdMapping.newBuilder()
                .setContainerId((int) mapping.containerId())
                .setHostId((int) mapping.hostId())
                .setSize((int) mapping.length())
                .build();
    }
}

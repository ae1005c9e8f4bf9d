package io.berth.core.spec;

import io.berth.core.error.BerthException;
import io.berth.core.sandbox.SandboxNamespaces;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import java.util.ArrayList;
import java.util.List;

/** Which namespaces a container is in: new ones have no path, the host's are not named. */
final class NamespacesBuilder {
    private NamespacesBuilder() {}

    static List<OciLinux.Namespace> namespaces(SpecRequest request) {
        ContainerSecurityContext security = request.container().security();
        NamespaceOptions options = security.namespaces();
        SandboxNamespaces sandbox = request.namespaces();
        List<OciLinux.Namespace> namespaces = new ArrayList<>();
        namespaces.add(new OciLinux.Namespace("mount", ""));
        join(namespaces, "network", sandbox.network());
        join(namespaces, "ipc", options.ipc() == NamespaceMode.NODE ? "" : sandbox.ipc());
        join(namespaces, "uts", sandbox.uts());
        join(namespaces, "user", sandbox.user());
        switch (options.pid()) {
            case NODE -> {
                // Not named: the host's.
            }
            case CONTAINER -> namespaces.add(new OciLinux.Namespace("pid", ""));
            // A sandbox that was not asked for a shared one has none: the container then has its own.
            case POD -> namespaces.add(new OciLinux.Namespace("pid", sandbox.pid()));
            case TARGET -> {
                if (request.targetPidNamespace().isEmpty()) {
                    throw BerthException.invalidArgument(
                            "namespace_options.pid is TARGET: target_id must name a running container of this pod");
                }
                namespaces.add(new OciLinux.Namespace("pid", request.targetPidNamespace()));
            }
        }
        if (!security.privileged()) {
            namespaces.add(new OciLinux.Namespace("cgroup", ""));
        }
        return namespaces;
    }

    private static void join(List<OciLinux.Namespace> namespaces, String type, String path) {
        if (!path.isEmpty()) {
            namespaces.add(new OciLinux.Namespace(type, path));
        }
    }
}

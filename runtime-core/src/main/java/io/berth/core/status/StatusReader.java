package io.berth.core.status;

import io.berth.core.RuntimeConfig;
import io.berth.core.cgroup.Cgroups;
import io.berth.core.security.Capability;
import io.berth.core.security.HostFacts;
import io.berth.network.NetworkStatus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What the runtime says of itself: ready or not, and what this node cannot enforce. */
public final class StatusReader {
    private final RuntimeConfig config;
    private final Cgroups cgroups;
    private final HostFacts host;

    public StatusReader(RuntimeConfig config, Cgroups cgroups, HostFacts host) {
        this.config = config;
        this.cgroups = cgroups;
        this.host = host;
    }

    /** The status with the network's part of it. */
    public RuntimeStatus status(NetworkStatus network, String podCidr) {
        List<RuntimeCondition> conditions = new ArrayList<>();
        conditions.add(new RuntimeCondition("RuntimeReady", true, "", ""));
        conditions.add(new RuntimeCondition("NetworkReady", network.ready(), network.reason(), network.message()));
        List<String> lacks = lacks();
        conditions.add(new RuntimeCondition(
                "NodeComplete", lacks.isEmpty(), lacks.isEmpty() ? "" : "NodeLacks", String.join("; ", lacks)));
        List<RuntimeHandlerStatus> handlers = Stream.concat(Stream.of(""), config.runtimeHandlers().stream())
                .map(name -> new RuntimeHandlerStatus(name, true, true))
                .toList();
        return new RuntimeStatus(conditions, Map.of("podCidr", podCidr), handlers, true, true, true);
    }

    /** What this node cannot do, in sentences; empty where nothing is missing. */
    public List<String> lacks() {
        List<String> lacks = new ArrayList<>();
        Set<String> controllers = cgroups.missing();
        if (!controllers.isEmpty()) {
            lacks.add("cgroup v2 has no controller " + String.join(", ", controllers)
                    + " here: limits that need one are "
                    + switch (config.missingControllers()) {
                        case FAIL -> "refused";
                        case WARN -> "not enforced";
                    });
        }
        EnumSet<Capability> capabilities = EnumSet.allOf(Capability.class);
        capabilities.removeAll(host.capabilities());
        if (!capabilities.isEmpty()) {
            lacks.add("the daemon does not hold " + String.join(", ", Capability.names(capabilities))
                    + ": no container can be given it"
                    + (capabilities.contains(Capability.CAP_SYS_RESOURCE)
                            ? ", and no oom_score_adj below " + host.oomScoreAdj() + " can be set"
                            : ""));
        }
        if (!host.deviceFilter()) {
            lacks.add(
                    "the kernel takes no device filter (BPF) from this daemon: the root file systems of containers are"
                            + " nodev, CAP_MKNOD is not in the default set, and the permissions of devices are not enforced");
        }
        return lacks;
    }
}

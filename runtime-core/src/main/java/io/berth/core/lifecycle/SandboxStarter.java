package io.berth.core.lifecycle;

import io.berth.core.cgroup.CgroupPaths;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.error.Translation;
import io.berth.core.nri.Window;
import io.berth.core.sandbox.HostPort;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.sandbox.SandboxNamespaces;
import io.berth.core.sandbox.SandboxState;
import io.berth.core.sandbox.SandboxValidation;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import io.berth.core.state.SandboxRecord;
import io.berth.kernel.shim.ShimFailure;
import io.berth.kernel.shim.ShimUnavailable;
import io.berth.network.NetworkRequest;
import io.berth.network.NetworkResult;
import io.berth.network.PortMapping;
import io.berth.network.Protocol;
import io.berth.proto.shim.v1.CreateSandboxReply;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RunPodSandbox: name, directory, cgroup, shim with its namespaces, network, record. What was made is undone when a
 * later step fails.
 *
 * <p>The directory is made first and the record written last. A daemon that dies in between leaves a directory without
 * a record, which the next one undoes; nobody was told that id. When this returns, the record survives the daemon.
 */
final class SandboxStarter {
    private static final Logger LOGGER = LoggerFactory.getLogger(SandboxStarter.class);

    /** The init of a shared PID namespace is worth as much as the pod: the lowest score that is not "never". */
    private static final int INIT_OOM_SCORE_ADJ = -998;

    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    private final Parts parts;
    private final ShimWatch watch;
    private final SpareShims spares;
    private final ContainerPlaces places;

    SandboxStarter(Parts parts, ShimWatch watch, SpareShims spares, ContainerPlaces places) {
        this.parts = parts;
        this.watch = watch;
        this.spares = spares;
        this.places = places;
    }

    String run(SandboxConfig asked, String runtimeHandler) {
        SandboxValidation.check(asked, runtimeHandler, parts.config());
        SandboxConfig config = parts.selinux().completed(asked);
        Map<String, String> sysctls = SandboxValidation.sysctls(config, parts.config());
        List<PortMapping> ports = ports(config);
        StartedShim shim = takeShim(config.metadata().reservedName(), SandboxRequests.fitsAhead(config, sysctls));
        String id = shim.id();
        String parent = CgroupPaths.parent(config.cgroupParent(), id);
        Undo undo = new Undo();
        undo.add(
                "the name of " + id,
                () -> parts.sandboxNames().release(config.metadata().reservedName(), id));
        try (Window window = parts.plugins().window()) {
            SandboxEntry entry = start(shim, config, runtimeHandler, parent, sysctls, ports, undo);
            window.enter();
            parts.plugins().run(entry, undo);
            parts.store().put(entry.record());
            parts.sandboxes().put(id, entry);
            Announcer.ready(parts, entry);
            LOGGER.atInfo()
                    .addKeyValue("sandbox", id)
                    .addKeyValue(
                            "pod",
                            config.metadata().namespace() + "/"
                                    + config.metadata().name())
                    .log("Sandbox is ready");
            return id;
        } catch (RuntimeException failure) {
            undo.run();
            throw Translation.of("", failure);
        }
    }

    /** A shim whose id has that name reserved. */
    private StartedShim takeShim(String name, boolean ahead) {
        StartedShim shim;
        try {
            shim = spares.take(ahead);
        } catch (RuntimeException failure) {
            throw Translation.of("", failure);
        }
        try {
            parts.sandboxNames().reserve(name, shim.id());
            return shim;
        } catch (RuntimeException taken) {
            spares.giveBack(shim);
            throw taken;
        }
    }

    private SandboxEntry start(
            StartedShim started,
            SandboxConfig config,
            String runtimeHandler,
            String parent,
            Map<String, String> sysctls,
            List<PortMapping> ports,
            Undo undo) {
        String id = started.id();
        NamespaceOptions options = config.security().namespaces();
        boolean sharedPid = options.pid() == NamespaceMode.POD;
        String hostname = hostname(config);
        Path directory = parts.directories().sandbox(id);
        String cgroup = Parts.containerCgroup(parent, id);

        undo.add("the directory " + directory, () -> parts.directories().remove(directory));
        SandboxEntry entry = new SandboxEntry(
                new SandboxRecord(
                        new Sandbox(
                                id,
                                config,
                                runtimeHandler,
                                SandboxState.READY,
                                Identifiers.now(),
                                List.of(),
                                "",
                                parent,
                                0),
                        SandboxNamespaces.NONE,
                        hostname,
                        ""),
                null);
        undo.add("the shim of " + id, () -> watch.end(entry));
        undo.add("the network of " + id, () -> parts.network().detach(id, null));
        if (!started.adopt(entry)) {
            throw new ShimUnavailable("the shim of the sandbox " + id + " has died", null);
        }
        parts.directories().setCgroup(directory, cgroup);
        String topmost = makeCgroup(sharedPid ? cgroup : parent, undo);
        undo.add("the place of the first container of " + id, () -> places.discard(entry));
        CreateSandboxReply reply = entry.requireShim()
                .createSandbox(
                        SandboxRequests.whole(
                                id,
                                config,
                                hostname,
                                sysctls,
                                parts.selinux().mount(config.security()),
                                parts.cgroups().directory(cgroup),
                                parts.host().restrictOomScoreAdj(INIT_OOM_SCORE_ADJ)),
                        () -> places.makeAhead(entry),
                        parts.config().shimDeadline());
        reply.getWarningsList()
                .forEach(warning -> LOGGER.atWarn()
                        .addKeyValue("sandbox", id)
                        .log("The sandbox goes without: {}", ShimFailure.describe(warning)));
        SandboxNamespaces namespaces = namespaces(reply);
        List<String> addresses = options.network() == NamespaceMode.NODE ? List.of() : attach(id, namespaces, ports);
        parts.directories().sandboxFiles(id).write(config, hostname, addresses);
        entry.change(new SandboxRecord(
                new Sandbox(
                        id,
                        config,
                        runtimeHandler,
                        SandboxState.READY,
                        entry.sandbox().createdAt(),
                        addresses,
                        namespaces.network(),
                        parent,
                        reply.getShimPid()),
                namespaces,
                hostname,
                topmost));
        return entry;
    }

    private String makeCgroup(String path, Undo undo) {
        String topmost = parts.cgroups().create(path).orElse("");
        if (path.startsWith(CgroupPaths.OWN + "/")) {
            // Berth's own cgroup goes with the last pod below it, whichever made it.
            topmost = CgroupPaths.OWN;
        }
        String made = topmost;
        if (!made.isEmpty()) {
            undo.add("the cgroup " + path, () -> {
                parts.cgroups().remove(path, parts.config().shimDeadline());
                parts.cgroups().prune(path, made);
            });
        }
        return made;
    }

    private List<String> attach(String id, SandboxNamespaces namespaces, List<PortMapping> ports) {
        NetworkResult result = parts.network().attach(new NetworkRequest(id, namespaces.network(), ports));
        return result.addresses().stream().map(InetAddress::getHostAddress).toList();
    }

    static SandboxNamespaces namespaces(CreateSandboxReply reply) {
        return new SandboxNamespaces(
                reply.getNetworkNamespace(),
                reply.getIpcNamespace(),
                reply.getUtsNamespace(),
                reply.getPidNamespace(),
                reply.getUserNamespace());
    }

    private static List<PortMapping> ports(SandboxConfig config) {
        if (config.security().namespaces().network() == NamespaceMode.NODE) {
            return List.of();
        }
        return config.ports().stream()
                .filter(port -> port.hostPort() != 0)
                .map(port -> new PortMapping(
                        protocol(port.protocol()), port.containerPort(), port.hostPort(), port.hostAddress()))
                .toList();
    }

    private static Protocol protocol(HostPort.Protocol protocol) {
        return switch (protocol) {
            case TCP -> Protocol.TCP;
            case UDP -> Protocol.UDP;
            case SCTP -> Protocol.SCTP;
        };
    }

    private static String hostname(SandboxConfig config) {
        if (!config.hostname().isEmpty()) {
            return config.hostname();
        }
        try {
            return Files.readString(HOSTNAME).strip();
        } catch (IOException failure) {
            throw new BerthException(ErrorKind.INTERNAL, "reading " + HOSTNAME + ": " + failure, failure);
        }
    }
}

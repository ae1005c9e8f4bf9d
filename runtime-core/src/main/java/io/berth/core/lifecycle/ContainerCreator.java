package io.berth.core.lifecycle;

import io.berth.core.cgroup.CgroupSetting;
import io.berth.core.cgroup.CgroupSettings;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerConfig;
import io.berth.core.container.ContainerState;
import io.berth.core.container.ContainerUser;
import io.berth.core.container.LogPaths;
import io.berth.core.container.StopSignals;
import io.berth.core.error.BerthException;
import io.berth.core.error.Translation;
import io.berth.core.nri.Window;
import io.berth.core.plan.DeviceRules;
import io.berth.core.plan.LaunchContext;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import io.berth.core.spec.OciSpec;
import io.berth.core.spec.SpecJson;
import io.berth.core.spec.SpecRequest;
import io.berth.core.state.ContainerRecord;
import io.berth.imagefs.Image;
import io.berth.imagefs.ResolvedUser;
import io.berth.imagefs.Snapshot;
import io.berth.proto.shim.v1.LaunchPlan;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CreateContainer: directory, name, image, user, snapshot, specification, cgroup with its limits, plan, record; the
 * directory and parts of what follows may be there already ({@link ContainerPlaces}). What was made is undone when a
 * later step fails.
 *
 * <p>As for a sandbox, the directory is made first and the record written last: a daemon that dies in between leaves a
 * directory without a record, which the next one undoes.
 */
final class ContainerCreator {
    private static final Logger LOGGER = LoggerFactory.getLogger(ContainerCreator.class);

    private final Parts parts;
    private final ContainerPlaces places;

    ContainerCreator(Parts parts, ContainerPlaces places) {
        this.parts = parts;
        this.places = places;
    }

    String create(String sandboxId, ContainerConfig config, SandboxConfig sandboxConfig) {
        SandboxEntry sandbox = parts.sandboxes().get(sandboxId);
        try (Held _ =
                Held.of(sandbox.lock().readLock(), parts.config().lockDeadline(), "the sandbox " + sandbox.id())) {
            sandbox.requireShim();
            return create(sandbox, config, sandboxConfig);
        }
    }

    private String create(SandboxEntry sandbox, ContainerConfig config, SandboxConfig sandboxConfig) {
        if (config.metadata().name().isEmpty()) {
            throw BerthException.invalidArgument("metadata.name is empty: a container needs a name");
        }
        String name = Parts.containerName(sandbox.id(), config.metadata());
        Undo undo = new Undo();
        String id;
        ContainerEntry entry;
        try (Window window = parts.plugins().window()) {
            id = places.take(sandbox, undo);
            parts.containerNames().reserve(name, id);
            undo.add("the name of " + id, () -> parts.containerNames().release(name, id));
            entry = make(id, sandbox, config, sandboxConfig, window, undo);
            parts.store().put(new ContainerRecord(entry.container()));
            parts.containers().put(entry);
            Announcer.created(parts, entry);
            LOGGER.atInfo()
                    .addKeyValue("sandbox", sandbox.id())
                    .addKeyValue("container", id)
                    .addKeyValue("name", config.metadata().name())
                    .log("Container is created");
        } catch (RuntimeException failure) {
            undo.run();
            throw Translation.of("", failure);
        }
        parts.plugins().created(parts, entry);
        return id;
    }

    private ContainerEntry make(
            String id,
            SandboxEntry sandboxEntry,
            ContainerConfig asked,
            SandboxConfig sandboxConfig,
            Window window,
            Undo undo) {
        ContainerConfig config = new ImageVolumes(parts.images()).resolved(asked);
        Sandbox sandbox = sandboxEntry.sandbox();
        checkSecurity(config, sandbox);
        long layerLimit = WritableLayerLimit.of(
                sandbox.config().annotations(), config.metadata().name(), config.annotations());
        Image image = image(config);
        ResolvedUser user = user(config, image);
        String stopSignal = stopSignal(config, image);
        String logDirectory =
                sandboxConfig.logDirectory().isEmpty() ? sandbox.config().logDirectory() : sandboxConfig.logDirectory();
        String logPath = LogPaths.resolve(logDirectory, config.logPath());
        String cgroup = Parts.containerCgroup(sandbox.cgroupParent(), id);
        OciSpec plain = parts.specs()
                .build(new SpecRequest(
                        config,
                        sandbox.config(),
                        sandboxEntry.record().namespaces(),
                        parts.directories().sandboxFiles(sandbox.id()),
                        sandboxEntry.record().hostname(),
                        targetNamespace(config, sandbox),
                        image.config(),
                        user,
                        new ImageVolumes(parts.images()).hold(id, config, undo),
                        parts.directories().rootOf(id).toString(),
                        cgroup));
        OciSpec built = parts.cdi().inject(plain, config);
        new VolumeLabels(parts).apply(config, sandbox, built);
        Container unadjusted = new Container(
                id,
                sandbox.id(),
                config,
                image.id(),
                image.digests().isEmpty() ? image.id() : image.digests().getFirst(),
                Identifiers.now(),
                new ContainerState.Created(),
                new ContainerUser(user.uid(), user.gid(), built.process().user().additionalGids()),
                config.resources(),
                stopSignal,
                logPath,
                cgroup);
        window.enter();
        PluginHooks.Created adjusted = parts.plugins().create(parts, sandboxEntry, unadjusted, built, undo);
        Container container = adjusted.container();
        OciSpec spec = adjusted.spec();
        List<CgroupSetting> limits = CgroupSettings.of(container.resources());

        Snapshot snapshot = parts.images().prepareSnapshot(id, image.id(), layerLimit);
        new VolumeLabels(parts).apply(snapshot, spec);
        SpecJson.write(parts.directories().spec(id), spec);
        // One that was made with the pod is given the controllers again, should somebody have taken them back.
        parts.cgroups().create(cgroup);
        parts.cgroups().apply(cgroup, limits);
        LogPaths.makeParents(logPath);
        LaunchPlan plan = compile(parts, sandboxEntry, container, spec, snapshot);
        NetworkDevices.move(spec, sandboxEntry, undo);
        return new ContainerEntry(sandboxEntry, container, plan);
    }

    /** Makes ready what the container starts with: its cgroup's device filter, and the plan. */
    static LaunchPlan compile(Parts parts, SandboxEntry sandbox, Container container, OciSpec spec, Snapshot snapshot) {
        if (parts.host().deviceFilter() && spec.linux().resources() != null) {
            parts.deviceFilters()
                    .attach(
                            parts.cgroups().directory(container.cgroupPath()),
                            DeviceRules.of(spec.linux().resources().devices()));
        }
        HookBundle.prepare(spec, container.id(), parts.directories());
        return parts.plans()
                .compile(
                        spec,
                        new LaunchContext(
                                container.id(),
                                sandbox.record().namespaces(),
                                parts.directories().sandboxFiles(sandbox.id()).shm(),
                                parts.cgroups().directory(container.cgroupPath()),
                                snapshot,
                                container.logPath(),
                                container.config().standardInput(),
                                container.config().standardInputOnce(),
                                parts.config().logLineLimitBytes(),
                                parts.host().deviceFilter(),
                                parts.directories().staging(),
                                parts.directories().container(container.id())));
    }

    private Image image(ContainerConfig config) {
        String reference = config.image().image();
        if (reference.isEmpty()) {
            throw BerthException.invalidArgument("image.image is empty: a container needs an image");
        }
        return parts.images()
                .find(reference)
                .orElseThrow(() ->
                        BerthException.notFound("the image \"" + reference + "\" is not on this node: pull it first"));
    }

    private ResolvedUser user(ContainerConfig config, Image image) {
        ContainerSecurityContext security = config.security();
        String user = security.runAsUserName();
        if (user.isEmpty() && security.runAsUser() != null) {
            user = id("run_as_user", security.runAsUser());
        }
        if (user.indexOf(':') >= 0) {
            throw BerthException.invalidArgument("run_as_username \"" + user + "\" is not a user's name");
        }
        if (security.runAsGroup() != null) {
            if (user.isEmpty()) {
                throw BerthException.invalidArgument("run_as_group is " + security.runAsGroup()
                        + " without run_as_user or run_as_username: say which user as well");
            }
            user = user + ":" + id("run_as_group", security.runAsGroup());
        }
        return parts.images().user(image.id(), user.isEmpty() ? image.config().user() : user);
    }

    private static String id(String field, long id) {
        if (id < 0 || id > Integer.MAX_VALUE) {
            throw BerthException.invalidArgument(field + " " + id + " is not an id: 0 to " + Integer.MAX_VALUE);
        }
        return Long.toString(id);
    }

    private static void checkSecurity(ContainerConfig config, Sandbox sandbox) {
        if (config.security().privileged() && !sandbox.config().security().privileged()) {
            throw BerthException.invalidArgument("security_context.privileged: the sandbox " + sandbox.id()
                    + " is not privileged, so no container of it can be");
        }
    }

    private static String stopSignal(ContainerConfig config, Image image) {
        if (!config.stopSignal().isEmpty()) {
            return StopSignals.normalize(config.stopSignal());
        }
        String fromImage = image.config().stopSignal();
        if (fromImage.isEmpty()) {
            return StopSignals.DEFAULT;
        }
        try {
            return StopSignals.normalize(fromImage);
        } catch (BerthException unknown) {
            LOGGER.atWarn()
                    .addKeyValue("image", image.id())
                    .log("Its stop signal is none, SIGTERM is used: {}", unknown.getMessage());
            return StopSignals.DEFAULT;
        }
    }

    private String targetNamespace(ContainerConfig config, Sandbox sandbox) {
        NamespaceOptions options = config.security().namespaces();
        if (options.pid() != NamespaceMode.TARGET) {
            return "";
        }
        if (options.targetId().isEmpty()) {
            throw BerthException.invalidArgument(
                    "namespace_options.pid is TARGET and target_id is empty: it names a container of this pod");
        }
        Optional<Container> target = parts.containers().find(options.targetId()).map(ContainerEntry::container);
        if (target.isEmpty() || !target.get().sandboxId().equals(sandbox.id())) {
            throw BerthException.invalidArgument("namespace_options.target_id \"" + options.targetId()
                    + "\" is not a container of the sandbox " + sandbox.id());
        }
        if (target.get().state() instanceof ContainerState.Running running) {
            return "/proc/" + running.pid() + "/ns/pid";
        }
        throw BerthException.failedPrecondition("namespace_options.target_id "
                + target.get().id() + " is not running: it has no PID namespace to share");
    }
}

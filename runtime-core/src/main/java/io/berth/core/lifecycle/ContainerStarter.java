package io.berth.core.lifecycle;

import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.error.BerthException;
import io.berth.core.error.Translation;
import io.berth.core.plan.HooksCompiler;
import io.berth.core.spec.SpecJson;
import io.berth.imagefs.Snapshot;
import io.berth.kernel.shim.ShimClient;
import io.berth.kernel.shim.ShimFailure;
import io.berth.kernel.shim.ShimUnavailable;
import io.berth.proto.shim.v1.LaunchPlan;
import io.berth.proto.shim.v1.StartContainerReply;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * StartContainer: one request to the shim. Its success is recorded behind the answer: a daemon that dies before asks
 * the shim at its next start.
 */
final class ContainerStarter {
    private static final Logger LOGGER = LoggerFactory.getLogger(ContainerStarter.class);

    private final Parts parts;
    private final ShimWatch watch;

    ContainerStarter(Parts parts, ShimWatch watch) {
        this.parts = parts;
        this.watch = watch;
    }

    void start(String id) {
        ContainerEntry entry = parts.containers().get(id);
        SandboxEntry sandbox = entry.sandbox();
        try (Held _ = Held.of(sandbox.lock().readLock(), parts.config().lockDeadline(), "the sandbox " + sandbox.id());
                Held _ = Held.of(entry.lock(), parts.config().lockDeadline(), "the container " + entry.id())) {
            startHeld(entry);
            parts.plugins().started(parts, entry);
        }
    }

    private void startHeld(ContainerEntry entry) {
        if (entry.removed()) {
            throw BerthException.notFound("there is no container \"" + entry.id() + "\"");
        }
        Container container = entry.container();
        if (!(container.state() instanceof ContainerState.Created)) {
            throw BerthException.failedPrecondition("the container " + entry.id() + " is "
                    + container.state().getClass().getSimpleName().toLowerCase(Locale.ROOT)
                    + ": only one that was created and never started can be started");
        }
        ShimClient shim = entry.sandbox().requireShim();
        parts.plugins().start(parts, entry);
        try {
            LaunchPlan plan = plan(entry);
            StartContainerReply reply =
                    shim.start(plan, parts.config().shimDeadline().plus(HooksCompiler.startTime(plan.getHooks())));
            reply.getWarningsList()
                    .forEach(warning -> LOGGER.atWarn()
                            .addKeyValue("container", entry.id())
                            .log("The container goes without: {}", ShimFailure.describe(warning)));
            // From here on only its process is asked for, by commands that join it.
            entry.plan(LaunchPlan.newBuilder().setProcess(plan.getProcess()).build());
            if (Announcer.running(parts, entry, new ContainerState.Running(reply.getPid(), reply.getStartedAt()))) {
                parts.store().putLater(entry.id(), entry::recordUnlessRemoved);
            }
            LOGGER.atInfo()
                    .addKeyValue("sandbox", entry.sandbox().id())
                    .addKeyValue("container", entry.id())
                    .addKeyValue("pid", reply.getPid())
                    .log("Container is started");
        } catch (ShimUnavailable unknown) {
            // Whether it runs is not known: after this it does not.
            parts.cgroups().kill(container.cgroupPath());
            throw failed(entry, unknown);
        } catch (RuntimeException failure) {
            throw failed(entry, failure);
        }
    }

    private BerthException failed(ContainerEntry entry, RuntimeException failure) {
        BerthException translated = Translation.of("", failure);
        watch.record(entry, Exits.startFailed(String.valueOf(translated.getMessage())));
        return translated;
    }

    /** The plan that was made with the container, or, in a daemon that was started since, made again. */
    private LaunchPlan plan(ContainerEntry entry) {
        LaunchPlan plan = entry.plan();
        if (plan == null) {
            Container container = entry.container();
            Snapshot snapshot = parts.images().prepareSnapshot(container.id(), container.imageId(), 0);
            plan = ContainerCreator.compile(
                    parts,
                    entry.sandbox(),
                    container,
                    SpecJson.read(parts.directories().spec(container.id())),
                    snapshot);
            entry.plan(plan);
        }
        return plan;
    }
}

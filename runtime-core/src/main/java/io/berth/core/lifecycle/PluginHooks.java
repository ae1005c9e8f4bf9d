package io.berth.core.lifecycle;

import io.berth.core.cgroup.LinuxResources;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.error.BerthException;
import io.berth.core.nri.Messages;
import io.berth.core.nri.Notice;
import io.berth.core.nri.PluginRegistry;
import io.berth.core.nri.Window;
import io.berth.core.nri.adjust.PluginResources;
import io.berth.core.nri.adjust.SpecAdjuster;
import io.berth.core.nri.adjust.UpdateCollector;
import io.berth.core.spec.OciSpec;
import io.berth.core.spec.SpecJson;
import io.berth.proto.nri.v1alpha1.ContainerUpdate;
import io.berth.proto.nri.v1alpha1.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The points in the lives of sandboxes and containers at which NRI plugins take part. Without plugins each is one
 * volatile read.
 *
 * <p>The end of a container is news on a thread that others wait for, so plugins are told of it on a few of their own
 * ({@code nri-events-N}); what comes after the end (a removal, the end of the pod) waits for that.
 */
public final class PluginHooks implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(PluginHooks.class);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(60);
    private static final int THREADS = 4;
    private static final int QUEUE = 4096;

    private final PluginRegistry plugins;
    private final ThreadPoolExecutor events;
    private volatile @Nullable PluginActions actions;

    public PluginHooks() {
        this.plugins = new PluginRegistry();
        this.events = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(QUEUE),
                Thread.ofPlatform().daemon().name("nri-events-", 1).factory(),
                // Then whoever brings the news tells the plugins: it is not lost.
                new ThreadPoolExecutor.CallerRunsPolicy());
        events.allowCoreThreadTimeOut(true);
    }

    PluginRegistry plugins() {
        return plugins;
    }

    /** What plugins can do; before the first of them is there. */
    void actions(PluginActions possible) {
        actions = possible;
    }

    /** For a pod's or container's making: from its telling to its record. */
    Window window() {
        return plugins.window();
    }

    /** A pod has its namespaces and addresses. A plugin can refuse it. */
    void run(SandboxEntry entry, Undo undo) {
        if (!plugins.isEmpty()) {
            undo.add("what NRI plugins know of " + entry.id(), () -> {
                stop(entry);
                removed(entry);
            });
            plugins.ask(Event.RUN_POD_SANDBOX, () -> Notice.runPod(Messages.pod(entry.record())));
        }
    }

    /** A pod's resources are about to be other ones. A plugin can refuse that. */
    void update(SandboxEntry entry, @Nullable LinuxResources overhead, @Nullable LinuxResources resources) {
        plugins.ask(
                Event.UPDATE_POD_SANDBOX,
                () -> Notice.updatePod(
                        Messages.pod(entry.record()), Messages.resources(overhead), Messages.resources(resources)));
    }

    void updated(SandboxEntry entry) {
        plugins.tell(Event.POST_UPDATE_POD_SANDBOX, () -> Notice.updatedPod(Messages.pod(entry.record())));
    }

    /** A pod's containers have ended. */
    void stop(SandboxEntry entry) {
        plugins.tell(Event.STOP_POD_SANDBOX, () -> Notice.stopPod(Messages.pod(entry.record())));
    }

    void removed(SandboxEntry entry) {
        plugins.tell(Event.REMOVE_POD_SANDBOX, () -> Notice.removePod(Messages.pod(entry.record())));
    }

    /** A container as plugins adjusted it. */
    record Created(Container container, OciSpec spec) {}

    /** Has plugins adjust a container that is about to be made; does what they want done to others. */
    Created create(Parts parts, SandboxEntry sandbox, Container container, OciSpec spec, Undo undo) {
        if (plugins.isIndifferentToCreation()) {
            return new Created(container, spec);
        }
        undo.add("what NRI plugins know of " + container.id(), () -> removed(sandbox, container, spec));
        var creation = plugins.create(Messages.pod(sandbox.record()), Messages.container(container, spec));
        SpecAdjuster adjuster = new SpecAdjuster(
                container.id(),
                creation.collector().adjustment(),
                creation.collector().owners(),
                sandbox.sandbox().config().security().namespaces(),
                parts.host());
        LinuxResources resources = container.resources().with(adjuster.resources());
        OciSpec adjusted = adjuster.inject(adjuster.apply(spec, resources), parts.cdi());
        PluginActions possible = actions;
        if (possible != null) {
            possible.evict(creation.evictions());
        }
        apply(creation.collector().updates().others(container.id()), true);
        return new Created(container.withResources(resources), adjusted);
    }

    /** The container is made. */
    void created(Parts parts, ContainerEntry entry) {
        plugins.tell(Event.POST_CREATE_CONTAINER, () -> Notice.created(pod(entry), container(parts, entry)));
    }

    /** It is about to be started. A plugin can refuse that. */
    void start(Parts parts, ContainerEntry entry) {
        plugins.ask(Event.START_CONTAINER, () -> Notice.start(pod(entry), container(parts, entry)));
    }

    void started(Parts parts, ContainerEntry entry) {
        plugins.tell(Event.POST_START_CONTAINER, () -> Notice.started(pod(entry), container(parts, entry)));
    }

    /** An update as plugins changed it. */
    record Updated(LinuxResources resources, List<ContainerUpdate> others) {}

    /** Its resources are about to change. Plugins can change how, or refuse. */
    Updated update(Parts parts, ContainerEntry entry, LinuxResources asked) {
        if (!plugins.isWanted(Event.UPDATE_CONTAINER)) {
            return new Updated(asked, List.of());
        }
        var update = plugins.update(pod(entry), container(parts, entry), PluginResources.message(asked));
        PluginActions possible = actions;
        if (possible != null) {
            possible.evict(update.evictions());
        }
        return new Updated(
                asked.with(PluginResources.ofUpdate(update.collector().of(entry.id()), "that changes the update")),
                update.collector().others(entry.id()));
    }

    void updated(Parts parts, ContainerEntry entry) {
        plugins.tell(Event.POST_UPDATE_CONTAINER, () -> Notice.updated(pod(entry), container(parts, entry)));
    }

    /** It has ended; told on another thread. Once for each container. */
    void exited(Parts parts, ContainerEntry entry) {
        if (!plugins.isWanted(Event.STOP_CONTAINER)) {
            entry.exitTold().complete(null);
            return;
        }
        events.execute(() -> {
            try {
                UpdateCollector wanted = plugins.stop(pod(entry), container(parts, entry));
                apply(wanted.others(""), false);
            } catch (RuntimeException failure) {
                LOGGER.atError().addKeyValue("container", entry.id()).log("Telling NRI plugins of its end", failure);
            } finally {
                entry.exitTold().complete(null);
            }
        });
    }

    /** Waits until plugins were told of the end of a container that has ended. */
    void awaitExitTold(ContainerEntry entry) {
        if (!isOver(entry.container())) {
            return;
        }
        try {
            entry.exitTold().get(STOP_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOGGER.atError().addKeyValue("container", entry.id()).log("NRI plugins are still told of its end");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** It is gone. The specification is that from before. */
    void removed(SandboxEntry sandbox, Container container, @Nullable OciSpec spec) {
        plugins.tell(
                Event.REMOVE_CONTAINER,
                () -> Notice.remove(Messages.pod(sandbox.record()), Messages.container(container, spec)));
    }

    /** The specification of a container that is about to go; null when no plugin is to be told. */
    @Nullable
    OciSpec lastSpec(Parts parts, ContainerEntry entry) {
        return plugins.isWanted(Event.REMOVE_CONTAINER) ? spec(parts, entry) : null;
    }

    /**
     * Does what plugins want done to other containers.
     *
     * @param strictly throw when one that may not fail does
     */
    void apply(List<ContainerUpdate> updates, boolean strictly) {
        PluginActions possible = actions;
        if (possible == null) {
            return;
        }
        for (ContainerUpdate update : updates) {
            try {
                possible.update(update, "that was asked");
            } catch (BerthException failure) {
                if (strictly && !update.getIgnoreFailure()) {
                    throw failure;
                }
                LOGGER.atWarn()
                        .addKeyValue("container", update.getContainerId())
                        .log("The update that an NRI plugin asks for fails: {}", failure.getMessage());
            }
        }
    }

    private static io.berth.proto.nri.v1alpha1.PodSandbox pod(ContainerEntry entry) {
        return Messages.pod(entry.sandbox().record());
    }

    private static io.berth.proto.nri.v1alpha1.Container container(Parts parts, ContainerEntry entry) {
        return Messages.container(entry.container(), spec(parts, entry));
    }

    /** A container's specification; null when it is not there any more. */
    static @Nullable OciSpec spec(Parts parts, ContainerEntry entry) {
        try {
            return SpecJson.read(parts.directories().spec(entry.id()));
        } catch (BerthException gone) {
            return null;
        }
    }

    /** Whether the container has ended: nothing can be changed in it. */
    static boolean isOver(Container container) {
        return container.state() instanceof ContainerState.Exited;
    }

    @Override
    public void close() {
        events.shutdownNow();
    }
}

package io.berth.core.lifecycle;

import io.berth.core.error.BerthException;
import io.berth.core.nri.Messages;
import io.berth.core.nri.NriConfig;
import io.berth.core.nri.PluginHost;
import io.berth.core.nri.PluginService;
import io.berth.core.nri.adjust.PluginResources;
import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.ContainerEviction;
import io.berth.proto.nri.v1alpha1.ContainerUpdate;
import io.berth.proto.nri.v1alpha1.PodSandbox;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What NRI plugins see of the node, and what they can do to it. */
public final class PluginActions implements PluginHost, AutoCloseable {
    /** Short: whoever has the container may be waiting for the very plugin that asks. */
    private static final Duration LOCK_DEADLINE = Duration.ofSeconds(2);

    private static final Duration EVICTION_GRACE = Duration.ofSeconds(10);

    private final Parts parts;
    private final ResourceUpdater updater;
    private final ContainerStopper stopper;
    private volatile @Nullable PluginService service;

    PluginActions(Parts parts, ResourceUpdater updater, ContainerStopper stopper) {
        this.parts = parts;
        this.updater = updater;
        this.stopper = stopper;
    }

    /** Lets plugins connect. */
    public void serve(NriConfig config) throws IOException {
        service = PluginService.start(config, parts.plugins().plugins(), this);
    }

    @Override
    public State state() {
        List<SandboxEntry> sandboxes = List.copyOf(parts.sandboxes().all());
        List<ContainerEntry> containers = List.copyOf(parts.containers().all());
        return new State() {
            @Override
            public List<PodSandbox> pods() {
                return sandboxes.stream()
                        .map(entry -> Messages.pod(entry.record()))
                        .toList();
            }

            @Override
            public List<Container> containers() {
                return containers.stream()
                        .map(entry -> Messages.container(entry.container(), PluginHooks.spec(parts, entry)))
                        .toList();
            }
        };
    }

    @Override
    public void update(ContainerUpdate update, String who) {
        ContainerEntry entry = parts.containers().get(update.getContainerId());
        if (PluginHooks.isOver(entry.container())) {
            throw BerthException.failedPrecondition("the container " + entry.id() + " has ended");
        }
        updater.apply(entry, PluginResources.ofUpdate(update.getLinux().getResources(), who), LOCK_DEADLINE);
    }

    @Override
    public void evict(ContainerEviction eviction) {
        stopper.stop(parts.containers().get(eviction.getContainerId()).id(), EVICTION_GRACE);
    }

    void evict(List<ContainerEviction> evictions) {
        PluginService serving = service;
        if (serving != null && !evictions.isEmpty()) {
            serving.evict(evictions, "that was asked");
        }
    }

    @Override
    public void close() {
        PluginService serving = service;
        if (serving != null) {
            serving.close();
        }
    }
}

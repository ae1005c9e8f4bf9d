package io.berth.server.cri.mapping;

import io.berth.core.container.Container;
import io.berth.core.sandbox.Sandbox;
import io.berth.proto.cri.v1.ContainerFilter;
import io.berth.proto.cri.v1.ContainerStatsFilter;
import io.berth.proto.cri.v1.PodSandboxFilter;
import io.berth.proto.cri.v1.PodSandboxStatsFilter;
import java.util.Map;
import java.util.function.Predicate;

/** Filters of lists: all that is set must match, ids by prefix. */
public final class Filters {
    private Filters() {}

    public static Predicate<Sandbox> sandboxes(PodSandboxFilter filter) {
        return sandbox -> sandbox.id().startsWith(filter.getId())
                && (!filter.hasState() || filter.getState().getState() == SandboxMapping.state(sandbox.state()))
                && has(sandbox.config().labels(), filter.getLabelSelectorMap());
    }

    public static Predicate<Sandbox> sandboxes(PodSandboxStatsFilter filter) {
        return sandbox ->
                sandbox.id().startsWith(filter.getId()) && has(sandbox.config().labels(), filter.getLabelSelectorMap());
    }

    public static Predicate<Container> containers(ContainerFilter filter) {
        return container -> container.id().startsWith(filter.getId())
                && container.sandboxId().startsWith(filter.getPodSandboxId())
                && (!filter.hasState() || filter.getState().getState() == ContainerMapping.state(container.state()))
                && has(container.config().labels(), filter.getLabelSelectorMap());
    }

    public static Predicate<Container> containers(ContainerStatsFilter filter) {
        return container -> container.id().startsWith(filter.getId())
                && container.sandboxId().startsWith(filter.getPodSandboxId())
                && has(container.config().labels(), filter.getLabelSelectorMap());
    }

    private static boolean has(Map<String, String> labels, Map<String, String> selector) {
        return selector.isEmpty() || labels.entrySet().containsAll(selector.entrySet());
    }
}

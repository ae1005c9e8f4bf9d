package io.berth.core.nri.adjust;

import io.berth.core.error.BerthException;
import io.berth.proto.nri.v1alpha1.ContainerUpdate;
import io.berth.proto.nri.v1alpha1.LinuxResources;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What plugins want changed in containers that there are already, one change a container. Used by one thread. */
public final class UpdateCollector {
    private static final Logger LOGGER = LoggerFactory.getLogger(UpdateCollector.class);

    private final Owners owners;
    private final String creating;
    private final Map<String, ContainerUpdate.Builder> updates = new LinkedHashMap<>();

    private UpdateCollector(Owners owners, String creating) {
        this.owners = owners;
        this.creating = creating;
    }

    /** For the creation of a container, which itself is adjusted and not updated. */
    static UpdateCollector ofCreation(Owners owners, String container) {
        return new UpdateCollector(owners, container);
    }

    /** For a change that was asked for, which plugins may change. */
    public static UpdateCollector ofUpdate(String container, LinuxResources asked) {
        UpdateCollector collector = new UpdateCollector(new Owners(), "");
        ContainerUpdate.Builder update = ContainerUpdate.newBuilder().setContainerId(container);
        update.getLinuxBuilder().setResources(asked);
        collector.updates.put(container, update);
        return collector;
    }

    /** For the end of a container. */
    public static UpdateCollector ofStop() {
        return new UpdateCollector(new Owners(), "");
    }

    /** Takes what a plugin asks for; FAILED_PRECONDITION when another asked for it as well. */
    public void apply(List<ContainerUpdate> asked, String plugin) {
        for (ContainerUpdate update : asked) {
            try {
                apply(update, plugin);
            } catch (BerthException contention) {
                if (!update.getIgnoreFailure()) {
                    throw contention;
                }
                LOGGER.atWarn()
                        .addKeyValue("container", update.getContainerId())
                        .log("An update that may fail is dropped: {}", contention.getMessage());
            }
        }
    }

    private void apply(ContainerUpdate update, String plugin) {
        String id = update.getContainerId();
        if (id.equals(creating)) {
            throw BerthException.failedPrecondition("the NRI plugin \"" + plugin + "\" updates the container " + id
                    + ", which is being created: it can be adjusted instead");
        }
        LinuxResources asked = update.getLinux().getResources();
        new ResourceClaims(owners, id, plugin).claim(asked);
        ContainerUpdate.Builder known = updates.get(id);
        if (known == null) {
            known = ContainerUpdate.newBuilder().setContainerId(id).setIgnoreFailure(update.getIgnoreFailure());
            updates.put(id, known);
        } else {
            known.setIgnoreFailure(known.getIgnoreFailure() && update.getIgnoreFailure());
        }
        ResourceClaims.merge(asked, known.getLinuxBuilder().getResourcesBuilder());
    }

    /** The resources that one container gets. */
    public LinuxResources of(String container) {
        ContainerUpdate.Builder update = updates.get(container);
        return update == null
                ? LinuxResources.getDefaultInstance()
                : update.getLinux().getResources();
    }

    /** What is to be done to other containers than this one. */
    public List<ContainerUpdate> others(String container) {
        return updates.values().stream()
                .filter(update -> !update.getContainerId().equals(container))
                .map(ContainerUpdate.Builder::build)
                .toList();
    }
}

package io.berth.core.nri;

import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.ContainerEviction;
import io.berth.proto.nri.v1alpha1.ContainerUpdate;
import io.berth.proto.nri.v1alpha1.PodSandbox;
import java.util.List;

/** What plugins are told of, and what they can do to it. */
public interface PluginHost {
    /** What there is at this moment. Must not wait for anything. */
    State state();

    /**
     * Changes a container's resources.
     *
     * @param who names the plugin in errors
     * @throws io.berth.core.error.BerthException when that cannot be
     */
    void update(ContainerUpdate update, String who);

    /** Stops a container. Returns when it has ended. */
    void evict(ContainerEviction eviction);

    /** What there was at one moment; its messages are made when they are asked for. */
    interface State {
        List<PodSandbox> pods();

        List<Container> containers();
    }
}

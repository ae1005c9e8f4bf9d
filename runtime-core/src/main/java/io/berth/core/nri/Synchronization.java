package io.berth.core.nri;

import com.google.protobuf.InvalidProtocolBufferException;
import io.berth.core.nri.wire.PluginConnection;
import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.ContainerUpdate;
import io.berth.proto.nri.v1alpha1.PodSandbox;
import io.berth.proto.nri.v1alpha1.SynchronizeRequest;
import io.berth.proto.nri.v1alpha1.SynchronizeResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Tells a new plugin what there is, in as many parts as the longest message demands. */
final class Synchronization {
    /** What a part may be, in bytes: the protocol's 4 MiB less what is around it. */
    static final int PART_LIMIT = 4 * 1024 * 1024 - 64 * 1024;

    /** More than the tag and the length of an element of a part. */
    private static final int ELEMENT_OVERHEAD = 8;

    private Synchronization() {}

    /** Cuts what there is into parts, one at least; the last alone says that no more comes. */
    static List<SynchronizeRequest> parts(List<PodSandbox> pods, List<Container> containers, int limit) {
        List<SynchronizeRequest.Builder> parts = new ArrayList<>();
        parts.add(SynchronizeRequest.newBuilder());
        int size = 0;
        for (PodSandbox pod : pods) {
            size = next(parts, size, pod.getSerializedSize(), limit);
            parts.getLast().addPods(pod);
        }
        for (Container container : containers) {
            size = next(parts, size, container.getSerializedSize(), limit);
            parts.getLast().addContainers(container);
        }
        parts.forEach(part -> part.setMore(part != parts.getLast()));
        return parts.stream().map(SynchronizeRequest.Builder::build).toList();
    }

    private static int next(List<SynchronizeRequest.Builder> parts, int size, int element, int limit) {
        int grown = size + element + ELEMENT_OVERHEAD;
        if (size > 0 && grown > limit) {
            parts.add(SynchronizeRequest.newBuilder());
            return element + ELEMENT_OVERHEAD;
        }
        return grown;
    }

    /** Sends the parts; returns what the plugin wants changed. */
    static List<ContainerUpdate> send(PluginConnection connection, List<SynchronizeRequest> parts, Duration timeout)
            throws InvalidProtocolBufferException {
        SynchronizeResponse answer = SynchronizeResponse.getDefaultInstance();
        for (SynchronizeRequest part : parts) {
            answer = SynchronizeResponse.parseFrom(connection.call("Synchronize", part, timeout));
            if (part.getMore() && (!answer.getMore() || answer.getUpdateCount() > 0)) {
                throw new InvalidProtocolBufferException(
                        "it does not take what there is in parts, and there is more than fits into one");
            }
        }
        return answer.getUpdateList();
    }
}

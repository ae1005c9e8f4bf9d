package io.berth.core.nri.validate;

import io.berth.proto.nri.v1alpha1.PodSandbox;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Annotations of pods that say something of one container, or of all: {@code KEY/container.NAME}, {@code KEY/pod}. */
final class PodAnnotations {
    private PodAnnotations() {}

    /** The value that holds for a container; the one for it alone first. */
    static Optional<String> find(PodSandbox pod, String key, String container) {
        Map<String, String> annotations = pod.getAnnotationsMap();
        return List.of(key + "/container." + container, key + "/pod", key).stream()
                .filter(annotations::containsKey)
                .map(annotations::get)
                .findFirst();
    }
}

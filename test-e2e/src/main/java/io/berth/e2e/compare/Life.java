package io.berth.e2e.compare;

import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;

/** A pod with its one container, both running. */
record Life(Pod pod, PodContainer container) {
    /** The four calls with which a kubelet ends and forgets a pod. */
    void end() {
        container.stop(0);
        pod.stop();
        container.remove();
        pod.remove();
    }
}

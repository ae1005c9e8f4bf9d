package io.berth.e2e.compare;

import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.Pod;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import io.berth.proto.cri.v1.PodSandboxConfig;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The pods of one contender, all of the same image, each with one container that sleeps. */
final class Pods {
    private static final int CLEANING_WORKERS = 8;

    private final AtomicInteger number = new AtomicInteger();
    private final Contender contender;
    private final String image;

    Pods(Contender contender, String image) {
        this.contender = contender;
        this.image = image;
    }

    Contender contender() {
        return contender;
    }

    String image() {
        return image;
    }

    /** RunPodSandbox. */
    Pod run() {
        return contender.pod(name()).run();
    }

    /** RunPodSandbox, on the host's network and with its name, as a kubelet asks for it. */
    Pod runOnHostNetwork() {
        return contender
                .pod(name())
                .hostNetwork()
                .with(PodSandboxConfig.Builder::clearHostname)
                .run();
    }

    ContainerPlan container(Pod pod) {
        return pod.container("main", image).command("sleep", "100000");
    }

    /** The three calls that bring a pod up. */
    Life up() {
        Pod pod = run();
        return new Life(pod, container(pod).start());
    }

    /** Brings pods up side by side. */
    List<Life> up(int count, int workers) {
        return Workers.collect(workers, count, index -> up());
    }

    /** Takes pods down side by side. */
    void down(List<Life> lives, int workers) {
        Workers.run(workers, lives.size(), index -> lives.get(index).end());
    }

    /** Takes down whatever a part that failed has left. */
    void clear() {
        List<Pod> left =
                contender
                        .client()
                        .runtime()
                        .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                        .getItemsList()
                        .stream()
                        .map(item -> new Pod(
                                contender.client(),
                                item.getId(),
                                contender.pod("left").config()))
                        .toList();
        Workers.run(
                CLEANING_WORKERS, left.size(), index -> left.get(index).stop().remove());
    }

    private String name() {
        return "bench-" + number.incrementAndGet();
    }
}

package io.berth.e2e.compare;

import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ContainerState;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import io.berth.proto.cri.v1.PodSandboxState;
import io.berth.proto.cri.v1.RuntimeCondition;
import io.berth.proto.cri.v1.StatusRequest;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** How long a daemon takes from its start until it says that it is ready and lists all pods as running. */
final class StandingRestart implements Standing {
    private static final int STARTS = 3;
    private static final double NANOSECONDS = 1e9;

    @Override
    public SortedSet<Integer> levels(Scale scale) {
        return new TreeSet<>(List.of(scale.levels().getLast()));
    }

    @Override
    public void measure(Session session, Pods pods, List<Life> lives) {
        Contender contender = pods.contender();
        for (int i = 0; i < STARTS; i++) {
            contender.terminate();
            long start = System.nanoTime();
            contender.start();
            Waiting.until(lives.size() + " pods to be there again", () -> isReady(contender, lives.size()));
            session.results()
                    .add(
                            Figure.less("daemon from its start to ready, " + lives.size() + " pods", "s"),
                            contender,
                            (System.nanoTime() - start) / NANOSECONDS);
        }
    }

    private static boolean isReady(Contender contender, int count) {
        var runtime = contender.client().runtime();
        try {
            return runtime.status(StatusRequest.getDefaultInstance()).getStatus().getConditionsList().stream()
                            .filter(condition -> condition.getType().equals("RuntimeReady"))
                            .anyMatch(RuntimeCondition::getStatus)
                    && runtime.listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsList().stream()
                                    .filter(pod -> pod.getState() == PodSandboxState.SANDBOX_READY)
                                    .count()
                            == count
                    && runtime.listContainers(ListContainersRequest.getDefaultInstance()).getContainersList().stream()
                                    .filter(container -> container.getState() == ContainerState.CONTAINER_RUNNING)
                                    .count()
                            == count;
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }
}

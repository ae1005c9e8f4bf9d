package io.berth.e2e.compare;

import io.berth.e2e.bench.CpuMeter;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Each call of a pod's life by itself: a batch of one kind on end, then of the next kind, the contenders in turn. And
 * the three calls that bring a pod up, one pod after another.
 */
final class CallPart implements Part {
    static final String RUN = "RunPodSandbox";
    static final String RUN_ON_HOST_NETWORK = "RunPodSandbox, host network";
    static final String CREATE = "CreateContainer";
    static final String START = "StartContainer";
    static final String ALL_THREE = "all three";
    static final String EXEC = "ExecSync /bin/true";
    static final String STOP = "StopContainer (kill)";
    static final String REMOVE = "RemoveContainer";
    static final String STOP_POD = "StopPodSandbox";
    static final String REMOVE_POD = "RemovePodSandbox";

    /** What a call leaves to do, such as the kernel's end of a network namespace, counts as its CPU time. */
    private static final Duration AFTERMATH = Duration.ofMillis(200);

    /** Before the next contender: what this one is still busy with is none of the other's. */
    private static final Duration REST = Duration.ofMillis(700);

    @Override
    public void measure(Session session) {
        for (int round = 1; round <= session.scale().rounds(); round++) {
            session.progress()
                    .accept("calls: round " + round + " of " + session.scale().rounds());
            for (Pods pods : session.contenders()) {
                round(session, pods);
            }
        }
    }

    private static void round(Session session, Pods pods) {
        List<Pod> sandboxes = new ArrayList<>();
        List<PodContainer> containers = new ArrayList<>();
        batch(session, pods, RUN, i -> sandboxes.add(pods.run()));
        batch(
                session,
                pods,
                CREATE,
                i -> containers.add(pods.container(sandboxes.get(i)).create()));
        batch(session, pods, START, i -> containers.get(i).start());
        batch(session, pods, EXEC, i -> containers.get(i).execSync(10, "/bin/true"));
        batch(session, pods, STOP, i -> containers.get(i).stop(0));
        batch(session, pods, REMOVE, i -> containers.get(i).remove());
        batch(session, pods, STOP_POD, i -> sandboxes.get(i).stop());
        batch(session, pods, REMOVE_POD, i -> sandboxes.get(i).remove());

        sandboxes.clear();
        batch(session, pods, RUN_ON_HOST_NETWORK, i -> sandboxes.add(pods.runOnHostNetwork()));
        sandboxes.forEach(pod -> pod.stop().remove());

        List<Life> lives = new ArrayList<>();
        batch(session, pods, ALL_THREE, i -> lives.add(pods.up()));
        lives.forEach(Life::end);
        Waiting.pause(REST);
    }

    private static void batch(Session session, Pods pods, String operation, IntConsumer call) {
        Tally tally = session.results().tally(operation, pods.contender());
        int count = session.scale().batch();
        CpuMeter.Spent spent = session.meter(pods)
                .measure(
                        () -> {
                            for (int i = 0; i < count; i++) {
                                int index = i;
                                tally.time(() -> call.accept(index));
                            }
                        },
                        AFTERMATH);
        tally.add(spent, count);
    }
}

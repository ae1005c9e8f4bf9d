package io.berth.e2e.compare;

import io.berth.e2e.bench.CpuMeter;
import io.berth.proto.cri.v1.ListContainersRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a kubelet asks all the time, with fifty pods up. */
final class ListPart implements Part {
    static final String LIST = "ListContainers, 50 up";
    static final String STATUS = "ContainerStatus, 50 up";

    static final int PODS = 50;

    private static final int WORKERS = 4;
    private static final int ROUNDS = 2;

    @Override
    public void measure(Session session) {
        session.progress().accept("lists: " + PODS + " pods each");
        List<List<Life>> lives = new ArrayList<>();
        session.contenders().forEach(pods -> lives.add(pods.up(PODS, WORKERS)));
        for (int round = 0; round <= ROUNDS; round++) {
            for (int i = 0; i < lives.size(); i++) {
                Pods pods = session.contenders().get(i);
                Life life = lives.get(i).getFirst();
                // The first round warms the client and the daemons.
                Results results = round == 0 ? new Results() : session.results();
                batch(
                        session,
                        pods,
                        results.tally(LIST, pods.contender()),
                        () -> pods.contender()
                                .client()
                                .runtime()
                                .listContainers(ListContainersRequest.getDefaultInstance()));
                batch(
                        session,
                        pods,
                        results.tally(STATUS, pods.contender()),
                        () -> life.container().status());
            }
        }
        for (int i = 0; i < lives.size(); i++) {
            session.contenders().get(i).down(lives.get(i), WORKERS);
        }
    }

    private static void batch(Session session, Pods pods, Tally tally, Runnable call) {
        int count = session.scale().lists();
        CpuMeter.Spent spent = session.meter(pods)
                .measure(
                        () -> {
                            for (int i = 0; i < count; i++) {
                                tally.time(call);
                            }
                        },
                        Duration.ZERO);
        tally.add(spent, count);
    }
}

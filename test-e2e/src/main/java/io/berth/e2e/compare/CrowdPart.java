package io.berth.e2e.compare;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** One pod's calls while nothing else happens, and while a crowd of others starts. */
final class CrowdPart implements Part {
    private static final int WORKERS = 8;

    @Override
    public void measure(Session session) {
        Duration time = session.scale().time();
        for (Pods pods : session.contenders()) {
            session.progress().accept("crowd: " + pods.contender().name());
            Life standing = pods.up();
            long start = System.nanoTime();
            calls(session, pods, standing, "alone", () -> System.nanoTime() - start < time.toNanos());
            long busy = 0;
            while (busy < time.toNanos()) {
                long begin = System.nanoTime();
                CompletableFuture<List<Life>> crowd = CompletableFuture.supplyAsync(
                        () -> pods.up(session.scale().crowd(), WORKERS), task -> new Thread(task, "crowd").start());
                calls(session, pods, standing, "crowd starts", () -> !crowd.isDone());
                List<Life> lives = crowd.join();
                busy += System.nanoTime() - begin;
                pods.down(lives, WORKERS);
            }
            standing.end();
        }
    }

    private static void calls(Session session, Pods pods, Life standing, String when, BooleanSupplier more) {
        Tally status = session.results().tally("ContainerStatus, " + when, pods.contender());
        Tally exec = session.results().tally("ExecSync, " + when, pods.contender());
        Tally up = session.results().tally("a pod up, " + when, pods.contender());
        while (more.getAsBoolean()) {
            status.time(() -> standing.container().status());
            exec.time(() -> standing.container().execSync(10, "/bin/true"));
            long start = System.nanoTime();
            Life life = pods.up();
            up.add(System.nanoTime() - start);
            life.end();
        }
    }
}

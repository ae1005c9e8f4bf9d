package io.berth.e2e.compare;

import io.berth.e2e.bench.Memory;
import io.berth.e2e.process.Waiting;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** What pods cost in memory: of the daemon, of its helpers, and of the whole machine. */
final class StandingMemory implements Standing {
    private static final double KILOBYTES_PER_MEGABYTE = 1024;

    /** Before the first pod of the contender whose turn it is. */
    private long availableBefore;

    @Override
    public SortedSet<Integer> levels(Scale scale) {
        SortedSet<Integer> levels = new TreeSet<>(scale.levels());
        levels.add(0);
        return levels;
    }

    @Override
    public void measure(Session session, Pods pods, List<Life> lives) {
        Contender contender = pods.contender();
        // Daemons give back what only their last work needed.
        Waiting.pause(session.scale().rest());
        long available = Memory.availableKilobytes();
        int count = lives.size();
        add(session, contender, "daemon's memory (PSS), " + count + " pods", proportional(contender.daemon()));
        if (count == 0) {
            availableBefore = available;
            return;
        }
        double helpers = contender.helpers().stream()
                .mapToDouble(StandingMemory::proportional)
                .sum();
        add(session, contender, "memory per pod beside its own (PSS), " + count + " pods", helpers / count);
        add(
                session,
                contender,
                "free memory lost per pod, " + count + " pods",
                (double) (availableBefore - available) / count);
    }

    private static double proportional(long pid) {
        return Memory.proportionalKilobytes(pid);
    }

    private static void add(Session session, Contender contender, String what, double kilobytes) {
        session.results().add(Figure.less(what, "MB"), contender, kilobytes / KILOBYTES_PER_MEGABYTE);
    }
}

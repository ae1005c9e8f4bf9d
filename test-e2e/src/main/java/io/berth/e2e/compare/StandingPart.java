package io.berth.e2e.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Brings more and more pods of each contender up, and measures what is measured of so many of them. */
final class StandingPart implements Part {
    private static final int WORKERS = 4;

    private final List<Standing> measures;

    StandingPart(List<Standing> measures) {
        this.measures = measures;
    }

    @Override
    public void measure(Session session) {
        SortedSet<Integer> levels = new TreeSet<>();
        measures.forEach(each -> levels.addAll(each.levels(session.scale())));
        for (Pods pods : session.contenders()) {
            List<Life> lives = new ArrayList<>();
            for (int level : levels) {
                session.progress()
                        .accept("standing: " + level + " pods, "
                                + pods.contender().name());
                lives.addAll(pods.up(level - lives.size(), WORKERS));
                for (Standing each : measures) {
                    if (each.levels(session.scale()).contains(level)) {
                        each.measure(session, pods, lives);
                    }
                }
            }
            pods.down(lives, WORKERS);
        }
    }
}

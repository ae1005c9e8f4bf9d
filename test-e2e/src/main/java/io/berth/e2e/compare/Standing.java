package io.berth.e2e.compare;

import java.util.List;
import java.util.SortedSet;

/** Something that is measured of pods that stand there for others of its kind too. */
non-sealed interface Standing extends Job {
    /** With how many pods it is measured; 0 for none. */
    SortedSet<Integer> levels(Scale scale);

    /**
     * Measures, and leaves the pods as they are.
     *
     * @param lives as many as one of the levels says
     */
    void measure(Session session, Pods pods, List<Life> lives);
}

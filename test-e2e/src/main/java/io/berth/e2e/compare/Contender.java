package io.berth.e2e.compare;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.pod.PodPlan;
import java.nio.file.Path;
import java.util.List;

/** One runtime that is measured: a daemon with directories, socket and network of its own. */
interface Contender extends AutoCloseable {
    /** A word or two that name it in tables. */
    String name();

    /** The versions of all programs that take part, for people. */
    String versions();

    CriClient client();

    /** Where the directories of its pods' logs go. */
    Path logs();

    /** Where its own files are, the logs of pods not among them. */
    List<Path> directories();

    /** The daemon's process ID, which is another one after {@link #terminate} and {@link #start}. */
    long daemon();

    /** The processes that the runtime keeps beside its pods' own: shims, and what holds namespaces. */
    List<Long> helpers();

    /** Ends the daemon and waits for its end; pods stay. */
    void terminate();

    /** Starts it again, and returns once it answers a first call. */
    void start();

    /** A pod that is still to be run. */
    default PodPlan pod(String name) {
        return new PodPlan(client(), logs(), name);
    }

    /** Ends everything that it started. */
    @Override
    void close();
}

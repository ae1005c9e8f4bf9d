package io.berth.core.lifecycle;

import io.berth.core.container.ContainerState;
import io.berth.proto.shim.v1.ExitRecord;

/** Ends of containers in the words that the kubelet knows. */
public final class Exits {
    private static final int KILLED = 137;
    private static final int SIGKILL = 9;
    private static final int NEVER_STARTED = 128;
    private static final int UNKNOWN = 255;

    private Exits() {}

    /** As the shim saw it. */
    public static ContainerState.Exited of(ExitRecord exit) {
        String reason = exit.getOomKilled() ? "OOMKilled" : exit.getExitCode() == 0 ? "Completed" : "Error";
        return new ContainerState.Exited(
                exit.getStartedAt(),
                exit.getFinishedAt(),
                exit.getExitCode(),
                exit.getSignal(),
                exit.getOomKilled(),
                reason,
                "");
    }

    /** Its start failed. */
    static ContainerState.Exited startFailed(String message) {
        return new ContainerState.Exited(0, Identifiers.now(), NEVER_STARTED, 0, false, "StartError", message);
    }

    /** It was killed together with, or because of, its shim. */
    static ContainerState.Exited killed(long startedAt, String message) {
        return new ContainerState.Exited(startedAt, Identifiers.now(), KILLED, SIGKILL, false, "Error", message);
    }

    /** Nobody saw its end. */
    public static ContainerState.Exited unseen(long startedAt, String message) {
        return new ContainerState.Exited(startedAt, Identifiers.now(), UNKNOWN, 0, false, "Unknown", message);
    }
}

package io.berth.core.container;

/** Where a container is in its life. Times are nanoseconds since the epoch. */
public sealed interface ContainerState {
    /** Made and never started. */
    record Created() implements ContainerState {}

    /** Its first process runs; pid is the host's. */
    record Running(int pid, long startedAt) implements ContainerState {}

    /**
     * Its first process is gone, or never came to be.
     *
     * @param startedAt 0 when it never started
     * @param exitCode 0-255, 128 + signal for a killed process
     * @param signal 0 when the process exited by itself
     * @param reason one word: Completed, Error, OOMKilled, StartError
     * @param message more for a person, may be empty
     */
    record Exited(
            long startedAt, long finishedAt, int exitCode, int signal, boolean oomKilled, String reason, String message)
            implements ContainerState {}

    /** Berth cannot say; the message says why. */
    record Unknown(String message) implements ContainerState {}
}

package io.berth.core.container;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Where a container is in its life. Times are nanoseconds since the epoch. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ContainerState.Created.class, name = "created"),
    @JsonSubTypes.Type(value = ContainerState.Running.class, name = "running"),
    @JsonSubTypes.Type(value = ContainerState.Exited.class, name = "exited"),
    @JsonSubTypes.Type(value = ContainerState.Unknown.class, name = "unknown")
})
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

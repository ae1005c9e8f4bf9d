package io.berth.server.streaming;

import io.berth.core.error.BerthException;
import io.berth.core.stream.ProcessStreams;
import io.berth.core.stream.StandardStreams;
import io.berth.core.stream.Streams;
import io.berth.kernel.Descriptor;
import java.util.List;

/** A core in which nothing runs: every check is passed, and then there is nothing there. */
public final class NoStreams implements Streams {
    @Override
    public String checkExec(String containerId, List<String> command) {
        return containerId;
    }

    @Override
    public String checkAttach(String containerId, StandardStreams streams) {
        return containerId;
    }

    @Override
    public String checkForward(String sandboxId) {
        return sandboxId;
    }

    @Override
    public ProcessStreams exec(String containerId, List<String> command, StandardStreams streams) {
        throw BerthException.notFound("there is no such container");
    }

    @Override
    public ProcessStreams attach(String containerId, StandardStreams streams) {
        throw BerthException.notFound("there is no such container");
    }

    @Override
    public Descriptor connect(String sandboxId, int port) {
        throw BerthException.failedPrecondition("connection refused");
    }
}

package io.berth.core.stream;

import io.berth.core.error.BerthException;
import io.berth.kernel.Descriptor;
import java.util.List;

/**
 * Ways into what runs. Safe for any number of threads; every method blocks its caller for a bounded time and throws
 * {@link BerthException} and nothing else on purpose.
 */
public interface Streams {
    /**
     * Says beforehand whether a command could be run.
     *
     * @return the container's whole id
     */
    String checkExec(String containerId, List<String> command);

    /**
     * Says beforehand whether a client could be attached.
     *
     * @param streams of a terminal exactly when the container's are
     * @return the container's whole id
     */
    String checkAttach(String containerId, StandardStreams streams);

    /**
     * Says beforehand whether a port could be forwarded.
     *
     * @return the sandbox's whole id
     */
    String checkForward(String sandboxId);

    /** Starts a command in a running container. */
    ProcessStreams exec(String containerId, List<String> command, StandardStreams streams);

    /** Carries a running container's own streams, from now on. */
    ProcessStreams attach(String containerId, StandardStreams streams);

    /**
     * Connects to a port of the pod's own localhost, IPv4 first, then IPv6.
     *
     * @return a connected TCP socket in non-blocking mode, the caller's to close
     */
    Descriptor connect(String sandboxId, int port);
}

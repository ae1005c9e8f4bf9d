package io.berth.core.sandbox;

import io.berth.core.Immutable;

/**
 * A port of the pod that the host answers for.
 *
 * @param hostPort 0: none, nothing is mapped
 * @param hostAddress empty: every local address
 */
public record HostPort(Protocol protocol, int containerPort, int hostPort, String hostAddress) {
    /** Transport protocols. */
    public enum Protocol {
        TCP,
        UDP,
        SCTP
    }

    public HostPort {
        hostAddress = Immutable.text(hostAddress);
    }
}

package io.berth.network;

/**
 * A port of the host that leads to a port of the pod.
 *
 * @param containerPort 1 to 65535
 * @param hostPort 0 to 65535; 0 publishes nothing
 * @param hostIp the host's address that the port is published on, IPv4 or IPv6; empty for all addresses of both
 *     families, {@code 0.0.0.0} or {@code ::} for all of one
 */
public record PortMapping(Protocol protocol, int containerPort, int hostPort, String hostIp) {

    public PortMapping {
        requirePort("container_port", containerPort, 1);
        requirePort("host_port", hostPort, 0);
    }

    /** Whether the mapping asks for anything: a host port of zero does not. */
    public boolean isPublished() {
        return hostPort != 0;
    }

    private static void requirePort(String field, int port, int lowest) {
        if (port < lowest || port > 65535) {
            throw new NetworkException(
                    NetworkException.Kind.INVALID_ARGUMENT,
                    "read port mapping",
                    field,
                    port + " is not a port: use " + lowest + " to 65535");
        }
    }
}

package io.berth.server.config;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * Registries.
 *
 * @param insecure hosts that are spoken to in plain HTTP
 * @param mirrors where to look first, by the host that references name
 */
public record RegistryConfig(List<String> insecure, Map<String, List<URI>> mirrors) {
    static RegistryConfig read(Section section) {
        return new RegistryConfig(
                section.texts("insecure", List.of(), """
                        Registries (HOST or HOST:PORT) that are spoken to in plain HTTP. Those on loopback always are.""", Check.HOST), section.uriLists("mirrors", """
                        Where to look first, in order, by the host that references name, as
                        "docker.io" = ["https://mirror.example"] does for Docker Hub."""));
    }
}

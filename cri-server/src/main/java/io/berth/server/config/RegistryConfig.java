package io.berth.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Registries.
 *
 * @param insecure hosts that are spoken to in plain HTTP
 * @param mirrors where to look first, by the host that references name
 * @param hostsDirectory directories with a {@code hosts.toml} for each registry
 */
public record RegistryConfig(List<String> insecure, Map<String, List<URI>> mirrors, Path hostsDirectory) {
    static RegistryConfig read(Section section) {
        List<String> insecure = section.texts("insecure", List.of(), """
                Registries (HOST or HOST:PORT) that are spoken to in plain HTTP. Those on loopback always are.""", Check.HOST);
        Path hostsDirectory = section.path("hosts_directory", "/etc/berth/certs.d", """
                Directories HOST/hosts.toml (or _default/hosts.toml) say where a registry's content is and how it is
                reached, as containerd's certs.d does: /etc/containerd/certs.d may be named here. They go before insecure
                and mirrors, and are read anew for each pull.""");
        return new RegistryConfig(insecure, section.uriLists("mirrors", """
                Where to look first, in order, by the host that references name, as
                "docker.io" = ["https://mirror.example"] does for Docker Hub."""), hostsDirectory);
    }
}

package io.berth.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Registries.
 *
 * @param insecure hosts that are spoken to in plain HTTP
 * @param mirrors where to look first, by the host that references name
 * @param hostsDirectory directories with a {@code hosts.toml} for each registry
 * @param credentialsFile as {@code docker login} writes it; need not be there
 * @param verifier program that is asked about each image; null: none is
 * @param credentialHelpers where the helpers are that it names; null: on the PATH
 */
public record RegistryConfig(
        List<String> insecure,
        Map<String, List<URI>> mirrors,
        Path hostsDirectory,
        Path credentialsFile,
        @Nullable Path credentialHelpers,
        @Nullable Path verifier,
        Duration verifierTimeout) {
    static RegistryConfig read(Section section) {
        List<String> insecure = section.texts("insecure", List.of(), """
                Registries (HOST or HOST:PORT) that are spoken to in plain HTTP. Those on loopback always are.""", Check.HOST);
        Path hostsDirectory = section.path("hosts_directory", "/etc/berth/certs.d", """
                Directories HOST/hosts.toml (or _default/hosts.toml) say where a registry's content is and how it is
                reached, as containerd's certs.d does: /etc/containerd/certs.d may be named here. They go before insecure
                and mirrors, and are read anew for each pull.""");
        Path credentialsFile = section.path("credentials_file", "/etc/berth/credentials.json", """
                Credentials as Docker's config.json has them (auths, credsStore, credHelpers), for pulls and hosts that the
                kubelet gives none for. Read anew when a registry asks.""");
        String helpers = section.text("credential_helpers", "", """
                Directory of the programs docker-credential-NAME that the credentials file names. Empty: they are on the
                PATH.""", Check.ABSOLUTE_PATH_OR_EMPTY);
        String verifier = section.text("verifier", "", """
                A program, absolute, that is asked before an image is unpacked, as containerd asks its image verifiers:
                -name REFERENCE -digest DIGEST, the descriptor on standard input. Only status 0 lets the image pass.
                Empty: all pass.""", Check.ABSOLUTE_PATH_OR_EMPTY);
        Duration verifierTimeout = section.duration("verifier_timeout", "30s", "100ms", "10m", """
                For the verifier to answer.""");
        return new RegistryConfig(
                insecure,
                section.uriLists("mirrors", """
                Where to look first, in order, by the host that references name, as
                "docker.io" = ["https://mirror.example"] does for Docker Hub."""),
                hostsDirectory,
                credentialsFile,
                helpers.isEmpty() ? null : Path.of(helpers),
                verifier.isEmpty() ? null : Path.of(verifier),
                verifierTimeout);
    }
}

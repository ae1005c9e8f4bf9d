package io.berth.imagefs;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One place that serves a registry's content, as its administrator describes it.
 *
 * @param base URL; {@code /v2} is added to its path unless {@code whole} is set
 * @param whole whether the URL is that of the API itself ({@code override_path})
 * @param resolves whether it may say what a tag stands for; content by digest it always serves
 * @param skipVerify whether its certificate is not looked at
 * @param authorities files (PEM) of certificates that are trusted beside those of the machine
 * @param clientCertificates what this node shows of itself
 * @param headers sent to this host and to no other
 */
public record RegistryHost(
        URI base,
        boolean whole,
        boolean resolves,
        boolean skipVerify,
        List<Path> authorities,
        List<ClientCertificate> clientCertificates,
        Map<String, List<String>> headers) {
    public RegistryHost {
        authorities = List.copyOf(authorities);
        clientCertificates = List.copyOf(clientCertificates);
        headers = Map.copyOf(headers);
    }

    /**
     * Files (PEM) of a certificate and its key, which may be the same.
     *
     * @param key PKCS #8, or PKCS #1 of RSA, not encrypted
     */
    public record ClientCertificate(Path certificate, Path key) {}

    /** A host of which nothing is known but its URL. */
    public static RegistryHost at(URI base) {
        return new RegistryHost(base, false, true, false, List.of(), List.of(), Map.of());
    }

    /** Whether the JDK's own way of TLS will do. */
    public boolean usesPlainTls() {
        return !skipVerify && authorities.isEmpty() && clientCertificates.isEmpty();
    }

    /** Hides what headers say. */
    @Override
    public String toString() {
        return base.toString();
    }
}

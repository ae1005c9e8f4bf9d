package io.berth.core.sandbox;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.security.NamespaceMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The files of a sandbox's run directory that its containers see under /etc, and their paths. */
public record SandboxFiles(Path directory) {
    private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final Path HOST_HOSTS = Path.of("/etc/hosts");
    private static final String DEFAULT_HOSTS = """
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            ff00::0\tip6-mcastprefix
            ff02::1\tip6-allnodes
            ff02::2\tip6-allrouters
            """;

    public Path hostname() {
        return directory.resolve("hostname");
    }

    public Path hosts() {
        return directory.resolve("hosts");
    }

    public Path resolvConf() {
        return directory.resolve("resolv.conf");
    }

    /**
     * Stands for the sandbox's /dev/shm as a mount's source in an OCI specification; nothing is at this path: the shim
     * holds the file system without a mount that the host sees.
     */
    public Path shm() {
        return directory.resolve("shm");
    }

    /**
     * Writes them.
     *
     * @param addresses the pod's own, for /etc/hosts
     */
    public void write(SandboxConfig config, String hostname, List<String> addresses) {
        DnsConfig dns = config.dns();
        String resolver = dns == null || isEmpty(dns) ? copyOf(HOST_RESOLV_CONF) : ResolvConf.text(dns);
        write(hostname(), hostname + "\n");
        write(hosts(), hosts(config, addresses));
        write(resolvConf(), resolver);
    }

    /** A host name of the pod's own is found at its first address. */
    private static String hosts(SandboxConfig config, List<String> addresses) {
        if (config.security().namespaces().network() == NamespaceMode.NODE) {
            return copyOf(HOST_HOSTS);
        }
        return addresses.isEmpty() || config.hostname().isEmpty()
                ? DEFAULT_HOSTS
                : DEFAULT_HOSTS + addresses.getFirst() + "\t" + config.hostname() + "\n";
    }

    private static boolean isEmpty(DnsConfig dns) {
        return dns.servers().isEmpty()
                && dns.searches().isEmpty()
                && dns.options().isEmpty();
    }

    private static String copyOf(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException absent) {
            return "";
        } catch (IOException failure) {
            throw new BerthException(ErrorKind.INTERNAL, "reading " + file + ": " + failure.getMessage(), failure);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new BerthException(ErrorKind.INTERNAL, "writing " + file + ": " + failure.getMessage(), failure);
        }
    }
}

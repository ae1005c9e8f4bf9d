package io.berth.server.registry;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.RegistryHost;
import io.berth.imagefs.RegistryHost.ClientCertificate;
import io.berth.imagefs.RegistryHosts;
import io.berth.server.config.toml.TomlException;
import io.berth.server.config.toml.TomlParser;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Directories of the kind that containerd's {@code config_path} names: {@code HOST_PORT_}, {@code HOST:PORT},
 * {@code HOST} or {@code _default}, the first that is there, with a {@code hosts.toml}; or, as Docker has it, with
 * {@code *.crt} files of authorities and pairs of {@code *.cert} and {@code *.key} files. Read anew at each look. Any
 * thread.
 */
public final class HostsDirectory implements RegistryHosts {
    private static final long LARGEST_FILE = 1 << 20;

    private final Path directory;

    /** @param directory need not be there */
    public HostsDirectory(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<RegistryHost> of(String host) {
        for (String name : List.of(host.replaceFirst(":([0-9]+)$", "_$1_"), host, "_default")) {
            Path candidate = directory.resolve(name);
            if (Files.isDirectory(candidate)) {
                return read(candidate, host);
            }
        }
        return List.of();
    }

    private static List<RegistryHost> read(Path directory, String host) {
        Path file = directory.resolve("hosts.toml");
        try {
            if (!Files.exists(file)) {
                return List.of(asDockerHasIt(directory, host));
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw new IOException("it is larger than " + LARGEST_FILE + " bytes");
            }
            return HostsFile.read(TomlParser.parse(Files.readString(file)), directory, host);
        } catch (TomlException | IOException | IllegalArgumentException e) {
            throw new ImageException(ImageException.Kind.INVALID_ARGUMENT, file + ": " + e.getMessage(), e);
        }
    }

    private static RegistryHost asDockerHasIt(Path directory, String host) throws IOException {
        List<Path> authorities = new ArrayList<>();
        List<ClientCertificate> certificates = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{crt,cert}")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(".crt")) {
                    authorities.add(file);
                } else {
                    String key = name.substring(0, name.length() - "cert".length()) + "key";
                    certificates.add(new ClientCertificate(file, directory.resolve(key)));
                }
            }
        }
        URI own = HostsFile.ownUrl(host);
        return new RegistryHost(own, false, true, false, authorities, certificates, Map.of());
    }
}

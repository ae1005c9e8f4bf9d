package io.berth.e2e.registry;

import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Debian's {@code docker-registry} as a process of its own, on a free loopback port, with storage of its own. */
public final class RegistryProcess implements AutoCloseable {
    /** The user that a {@linkplain #startPrivate private} registry knows. */
    public static final String USER = "sailor";

    /** That user's password. */
    public static final String PASSWORD = "anchor";

    // bcrypt of the password: Java has none of its own.
    private static final String USERS_FILE = USER + ":$2b$04$vy0Ssoq5JUjWpZFSajphMuOpR8VCf/KdBeJQpCh6wZglbg6jsNO/u\n";

    private final Process process;
    private final Path directory;
    private final String address;
    private final RegistryClient client;

    private RegistryProcess(Process process, Path directory, String address, @Nullable String credentials) {
        this.process = process;
        this.directory = directory;
        this.address = address;
        this.client = new RegistryClient(address, credentials);
    }

    /** Starts a registry that anybody may use. */
    public static RegistryProcess start(Path parent) {
        return start(parent, "", null);
    }

    /**
     * Starts a registry that speaks TLS, wants a certificate of its clients, and serves what another one has. Nothing
     * is pushed to it.
     *
     * @param certificate file (PEM) of its certificate, which is its clients' authority as well
     * @param key file (PEM)
     */
    public static RegistryProcess startWithTls(Path parent, RegistryProcess content, Path certificate, Path key) {
        return start(parent, content.directory.resolve("storage"), """
                  tls:
                    certificate: %s
                    key: %s
                    clientcas: [%s]
                """.formatted(certificate, key, certificate), null);
    }

    /** Starts a registry on what another one has {@linkplain #storage stored}, to pull from. */
    public static RegistryProcess startOn(Path storage, Path parent) {
        return start(parent, storage, "", null);
    }

    /** Starts a registry that wants {@link #USER} and {@link #PASSWORD} by basic authentication. */
    public static RegistryProcess startPrivate(Path parent) {
        return start(parent, """
                auth:
                  htpasswd:
                    realm: harbour
                    path: %s/users
                """, USER + ":" + PASSWORD);
    }

    private static RegistryProcess start(Path parent, String more, @Nullable String credentials) {
        return start(parent, null, more, credentials);
    }

    private static RegistryProcess start(
            Path parent, @Nullable Path storage, String more, @Nullable String credentials) {
        try {
            Files.createDirectories(parent);
            Path directory = Files.createTempDirectory(parent, "registry");
            int port = freePort();
            Path configuration = directory.resolve("config.yml");
            Files.writeString(
                    configuration,
                    """
                    version: 0.1
                    log:
                      level: warn
                    storage:
                      filesystem:
                        rootdirectory: %s
                    http:
                      addr: 127.0.0.1:%d
                    """.formatted(storage == null ? directory.resolve("storage") : storage, port)
                            + more.formatted(directory));
            Files.writeString(directory.resolve("users"), USERS_FILE);
            Process process = new ProcessBuilder(
                            Places.tool("docker-registry").toString(), "serve", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            Waiting.until("docker-registry on port " + port, () -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException(Files.readString(directory.resolve("log")));
                }
                return listens(port);
            });
            return new RegistryProcess(process, directory, "127.0.0.1:" + port, credentials);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Host and port, the first part of every reference to this registry. */
    public String address() {
        return address;
    }

    /** Where it keeps what was pushed. */
    public Path storage() {
        return directory.resolve("storage");
    }

    /** Pushes to this registry. */
    public RegistryClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
        process.destroyForcibly();
        process.onExit().join();
        Places.deleteTree(directory);
    }

    private static boolean listens(int port) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

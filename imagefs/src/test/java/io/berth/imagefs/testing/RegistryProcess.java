package io.berth.imagefs.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry on a loopback port of its own, with its storage in a directory of the test's. */
public final class RegistryProcess implements AutoCloseable {
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/docker-registry"), Path.of("/usr/local/bin/registry"));

    private final Process process;
    private final int port;
    private final HttpClient client = HttpClient.newHttpClient();

    private RegistryProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static Optional<Path> binary() {
        return PLACES.stream().filter(Files::isExecutable).findFirst();
    }

    /** Starts it and waits until it answers. */
    public static RegistryProcess start(Path directory) throws IOException, InterruptedException {
        int port = freePort();
        Path config = directory.resolve("config.yml");
        Files.writeString(config, """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: 127.0.0.1:%d}
                """.formatted(directory.resolve("data"), port));
        Process process = new ProcessBuilder(binary().orElseThrow().toString(), "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("registry.log").toFile())
                .start();
        RegistryProcess registry = new RegistryProcess(process, port);
        for (int attempt = 0; attempt < 200; attempt++) {
            if (registry.answers()) {
                return registry;
            }
            Thread.sleep(50);
        }
        registry.close();
        throw new IOException("the registry does not start: " + Files.readString(directory.resolve("registry.log")));
    }

    public String host() {
        return "127.0.0.1:" + port;
    }

    /** Pushes an image as a client would. */
    public void push(String repository, String tag, TestImage image) throws IOException, InterruptedException {
        for (var blob : image.blobs().entrySet()) {
            HttpResponse<Void> begun = send(request("/v2/" + repository + "/blobs/uploads/")
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build());
            String location = begun.headers().firstValue("Location").orElseThrow();
            URI upload = URI.create("http://" + host()).resolve(location);
            String query = upload.getRawQuery() == null ? "?" : "&";
            require(
                    201,
                    send(HttpRequest.newBuilder(URI.create(upload + query + "digest=" + blob.getKey()))
                            .header("Content-Type", "application/octet-stream")
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(blob.getValue()))
                            .build()));
        }
        require(
                201,
                send(request("/v2/" + repository + "/manifests/" + tag)
                        .header("Content-Type", io.berth.imagefs.content.MediaTypes.OCI_MANIFEST)
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(image.manifest()))
                        .build()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + host() + path));
    }

    private HttpResponse<Void> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.discarding());
    }

    private static void require(int status, HttpResponse<Void> response) throws IOException {
        if (response.statusCode() != status) {
            throw new IOException("the registry answered " + response.statusCode() + " for " + response.uri());
        }
    }

    private boolean answers() throws InterruptedException {
        try {
            return send(request("/v2/").build()).statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}

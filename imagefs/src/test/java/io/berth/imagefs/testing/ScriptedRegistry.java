package io.berth.imagefs.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.berth.imagefs.content.MediaTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry on loopback that serves images from memory, and misbehaves where a test tells it to. */
public final class ScriptedRegistry implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("scripted-registry-", 0).factory());
    private final Map<String, Handler> special = new ConcurrentHashMap<>();
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Handler gate = exchange -> {};

    /** What was asked. */
    public record Request(String method, String path, String authorization) {}

    /** Answers a request; one that returns without an answer leaves it to the registry. */
    @FunctionalInterface
    public interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }

    public ScriptedRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.createContext("/", this::serve);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public String url(String path) {
        return "http://" + host() + path;
    }

    /** Serves an image under a repository and a tag, and by its digests. */
    public ScriptedRegistry add(String repository, String tag, TestImage image) {
        manifests.put("/v2/" + repository + "/manifests/" + tag, image.manifest());
        manifests.put("/v2/" + repository + "/manifests/" + image.digest(), image.manifest());
        image.blobs().forEach((digest, content) -> blobs.put("/v2/" + repository + "/blobs/" + digest, content));
        return this;
    }

    public void addManifest(String path, byte[] content) {
        manifests.put(path, content);
    }

    /** Answers one path in a special way. */
    public void on(String path, Handler handler) {
        special.put(path, handler);
    }

    /** Looks at every request first. */
    public void gate(Handler handler) {
        gate = handler;
    }

    public List<Request> requests() {
        return requests;
    }

    public long countOf(String pathPart) {
        return requests.stream()
                .filter(request -> request.path().contains(pathPart))
                .count();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    authorization == null ? "" : authorization));
            gate.handle(exchange);
            if (exchange.getResponseCode() >= 0) {
                return;
            }
            Handler handler = special.get(path);
            if (handler != null) {
                handler.handle(exchange);
                if (exchange.getResponseCode() >= 0) {
                    return;
                }
            }
            byte[] manifest = manifests.get(path);
            byte[] blob = blobs.get(path);
            if (manifest != null) {
                exchange.getResponseHeaders().add("Content-Type", MediaTypes.OCI_MANIFEST);
                answer(exchange, 200, manifest);
            } else if (blob != null) {
                answer(exchange, 200, blob);
            } else {
                answer(exchange, 404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"no such thing\"}]}");
            }
        }
    }

    public static void answer(HttpExchange exchange, int status, String body) throws IOException {
        answer(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    public static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    public static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().add("Location", location);
        exchange.sendResponseHeaders(307, -1);
    }

    public static void challenge(HttpExchange exchange, String challenge) throws IOException {
        exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
        answer(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"who are you\"}]}");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

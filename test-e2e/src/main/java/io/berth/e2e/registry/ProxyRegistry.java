package io.berth.e2e.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A registry on loopback that passes requests on to a real one, counts them, and where it is told to answers with a
 * fault of its own, or asks for a bearer token first.
 */
public final class ProxyRegistry implements AutoCloseable {
    /** What its token service gives, and what opens it. */
    public static final String TOKEN = "a-token-for-the-harbour";

    private static final int STEPS_PER_SECOND = 20;

    private final String upstream;
    private final @Nullable String credentials;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("proxy-registry-", 0).factory());
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ConcurrentMap<String, Fault> faults = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger trickling = new AtomicInteger();
    private volatile Duration delay = Duration.ZERO;

    private ProxyRegistry(String upstream, @Nullable String credentials) throws IOException {
        this.upstream = upstream;
        this.credentials = credentials;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        server.createContext("/v2/", this::answer);
        server.createContext("/token", this::giveToken);
        server.start();
    }

    /** A proxy that anybody may use. */
    public static ProxyRegistry to(RegistryProcess upstream) {
        return create(upstream, null);
    }

    /** A proxy that wants a token, which its token service gives for a user name and a password. */
    public static ProxyRegistry withTokens(RegistryProcess upstream, String user, String password) {
        return create(upstream, user + ":" + password);
    }

    private static ProxyRegistry create(RegistryProcess upstream, @Nullable String credentials) {
        try {
            return new ProxyRegistry(upstream.address(), credentials);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Host and port, the first part of every reference to this registry. */
    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on requests whose path ends so meet this fault. */
    public void misbehave(String pathEnd, Fault fault) {
        faults.put(pathEnd, fault);
    }

    /** From now on no request meets a fault. */
    public void behave() {
        faults.clear();
    }

    /** Holds each blob back for so long, so that two callers meet on their way. */
    public void delayBlobs(Duration duration) {
        delay = duration;
    }

    /** All requests until now, as {@code GET /v2/...}. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        try (exchange) {
            if (credentials != null && !authorized(exchange)) {
                challenge(exchange);
                return;
            }
            Optional<Fault> fault = faults.entrySet().stream()
                    .filter(entry -> path.endsWith(entry.getKey()))
                    .map(java.util.Map.Entry::getValue)
                    .findFirst();
            if (path.contains("/blobs/")) {
                Thread.sleep(delay);
            }
            if (fault.isPresent()) {
                misbehave(exchange, fault.get());
            } else {
                HttpResponse<byte[]> response = fetch(exchange);
                copyHeaders(response, exchange);
                send(exchange, response.statusCode(), response.body());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void misbehave(HttpExchange exchange, Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case Fault.Status(int code, String errorCode) -> {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                String body =
                        "{\"errors\":[{\"code\":\"%s\",\"message\":\"as the test wants it\"}]}".formatted(errorCode);
                send(exchange, code, body.getBytes(StandardCharsets.UTF_8));
            }
            case Fault.WrongBytes() -> {
                byte[] body = fetch(exchange).body();
                for (int i = 0; i < body.length; i++) {
                    body[i] ^= 1;
                }
                send(exchange, 200, body);
            }
            case Fault.Truncated() -> {
                HttpResponse<byte[]> response = fetch(exchange);
                copyHeaders(response, exchange);
                byte[] body = response.body();
                exchange.sendResponseHeaders(response.statusCode(), body.length);
                exchange.getResponseBody().write(Arrays.copyOf(body, body.length / 2));
                exchange.getResponseBody().flush();
            }
            case Fault.Endless() -> {
                exchange.sendResponseHeaders(200, 0);
                byte[] block = new byte[1 << 16];
                try (OutputStream body = exchange.getResponseBody()) {
                    while (closed.getCount() > 0) {
                        body.write(block);
                    }
                }
            }
            case Fault.Trickle(int bytesPerSecond) -> {
                HttpResponse<byte[]> response = fetch(exchange);
                copyHeaders(response, exchange);
                exchange.sendResponseHeaders(response.statusCode(), response.body().length);
                trickle(exchange.getResponseBody(), response.body(), bytesPerSecond / STEPS_PER_SECOND);
            }
            case Fault.RedirectLoop() -> {
                exchange.getResponseHeaders()
                        .set(
                                "Location",
                                "http://" + address() + exchange.getRequestURI().getPath());
                send(exchange, 307, new byte[0]);
            }
            case Fault.Silence() -> {
                while (faults.containsValue(fault) && !closed.await(50, TimeUnit.MILLISECONDS)) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private void trickle(OutputStream out, byte[] body, int step) throws IOException, InterruptedException {
        trickling.incrementAndGet();
        try {
            for (int at = 0; at < body.length; at += step) {
                out.write(body, at, Math.min(step, body.length - at));
                out.flush();
                if (closed.await(1000 / STEPS_PER_SECOND, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } finally {
            trickling.decrementAndGet();
        }
    }

    /** How many bodies {@linkplain Fault.Trickle trickle} at this moment. */
    public int trickling() {
        return trickling.get();
    }

    private HttpResponse<byte[]> fetch(HttpExchange exchange) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + upstream + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
        for (String name : List.of("Accept", "Range")) {
            List<String> values = exchange.getRequestHeaders().get(name);
            if (values != null) {
                values.forEach(value -> request.header(name, value));
            }
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static void copyHeaders(HttpResponse<byte[]> response, HttpExchange exchange) {
        for (String name : List.of("Content-Type", "Docker-Content-Digest", "Content-Range", "Accept-Ranges", "Etag")) {
            response.headers()
                    .firstValue(name)
                    .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
        }
        if (response.request().method().equals("HEAD")) {
            response.headers()
                    .firstValue("Content-Length")
                    .ifPresent(value -> exchange.getResponseHeaders().set("Content-Length", value));
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
    }

    private static boolean authorized(HttpExchange exchange) {
        return ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private void challenge(HttpExchange exchange) throws IOException {
        String repository =
                exchange.getRequestURI().getPath().replaceFirst("^/v2/", "").replaceFirst("/(manifests|blobs)/.*", "");
        exchange.getResponseHeaders()
                .set(
                        "WWW-Authenticate",
                        "Bearer realm=\"http://%s/token\",service=\"harbour\",scope=\"repository:%s:pull\""
                                .formatted(address(), repository));
        send(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}".getBytes(StandardCharsets.UTF_8));
    }

    private void giveToken(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        try (exchange) {
            String expected = "Basic "
                    + Base64.getEncoder()
                            .encodeToString(String.valueOf(credentials).getBytes(StandardCharsets.UTF_8));
            if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                send(exchange, 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}".getBytes(StandardCharsets.UTF_8));
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            send(
                    exchange,
                    200,
                    "{\"token\":\"%s\",\"expires_in\":300}".formatted(TOKEN).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
        client.close();
    }
}

package io.berth.e2e.network;

import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Requests to web servers in pods. */
public final class Http {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private Http() {}

    /** The page at the root, once the server listens. */
    public static String get(String host, int port) {
        String authority = host.contains(":") ? "[" + host + "]" : host;
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + authority + ":" + port + "/"))
                .timeout(DEADLINE)
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(DEADLINE)
                .build()) {
            return Waiting.untilPresent("a web server at " + authority + ":" + port, () -> attempt(client, request));
        }
    }

    /** Nothing takes connections there. */
    public static boolean refuses(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int)
                    Duration.ofSeconds(2).toMillis());
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    private static Optional<String> attempt(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return Optional.of(response.body());
        } catch (ConnectException notYet) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

package io.berth.e2e.tour;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** One HTTP request to a pod. */
final class Page {
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final int SHOWN_CHARACTERS = 80;

    private Page() {}

    /** Status and the beginning of the page; empty where nobody answers. */
    static Optional<String> get(String url, Times times) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(DEADLINE).build();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(DEADLINE)
                .build()) {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            times.measure("GET / (HTTP)", () -> send(client, request));
            String text = response.body().strip().replaceAll("\\s+", " ");
            String shown = text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "..." : text;
            return Optional.of(response.statusCode() + " " + shown);
        } catch (IOException refused) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static void send(HttpClient client, HttpRequest request) {
        try {
            client.send(request, BodyHandlers.discarding());
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

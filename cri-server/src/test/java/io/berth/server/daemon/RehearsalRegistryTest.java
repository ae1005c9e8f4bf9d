package io.berth.server.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.MediaTypes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RehearsalRegistryTest {
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    @Test
    void whatItsManifestNamesIsThere() throws IOException, InterruptedException {
        try (RehearsalRegistry registry = RehearsalRegistry.start();
                HttpClient client = HttpClient.newHttpClient()) {
            String host = registry.image().substring(0, registry.image().indexOf('/'));
            HttpResponse<byte[]> manifest = get(client, "http://" + host + "/v2/rehearsal/manifests/1");
            assertEquals(
                    MediaTypes.OCI_MANIFEST,
                    manifest.headers().firstValue("Content-Type").orElseThrow());
            Matcher named = DIGEST.matcher(new String(manifest.body(), StandardCharsets.UTF_8));
            int blobs = 0;
            for (; named.find(); blobs++) {
                byte[] blob = get(client, "http://" + host + "/v2/rehearsal/blobs/" + named.group())
                        .body();
                assertTrue(Digest.parse(named.group()).matches(blob), named.group());
            }
            assertEquals(2, blobs, "its configuration and its layer");
        }
    }

    private static HttpResponse<byte[]> get(HttpClient client, String address)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}

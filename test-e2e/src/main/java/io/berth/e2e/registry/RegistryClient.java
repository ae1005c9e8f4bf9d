package io.berth.e2e.registry;

import io.berth.e2e.image.Digests;
import io.berth.e2e.image.ImageBuilder;
import io.berth.e2e.image.LargeImage;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.LayerFile;
import io.berth.e2e.image.ManifestFormat;
import io.berth.e2e.image.TestImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Pushes images by the OCI distribution protocol, plain HTTP. */
public final class RegistryClient implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final URI root;
    private final @Nullable String authorization;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * A client of one registry.
     *
     * @param credentials {@code user:password}, or null where the registry asks for none
     */
    RegistryClient(String hostAndPort, @Nullable String credentials) {
        this.root = URI.create("http://" + hostAndPort);
        this.authorization = credentials == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    /** Pushes an image under a tag. */
    public void push(String repository, String tag, TestImage image) {
        pushParts(repository, image);
        putManifest(
                repository, tag, image.manifest().toByteArray(), image.format().manifestType());
    }

    /** Pushes one image for each architecture, and the index of them under a tag; returns the index's digest. */
    public String pushIndex(
            String repository, String tag, ManifestFormat format, Map<String, TestImage> byArchitecture) {
        byArchitecture.values().forEach(image -> {
            pushParts(repository, image);
            putManifest(
                    repository,
                    image.digest(),
                    image.manifest().toByteArray(),
                    image.format().manifestType());
        });
        byte[] index = ImageBuilder.index(format, byArchitecture);
        putManifest(repository, tag, index, format.indexType());
        return Digests.of(index);
    }

    private void pushParts(String repository, TestImage image) {
        for (Layer layer : image.layers()) {
            putBlob(repository, layer.digest(), layer.blob().toByteArray());
        }
        putBlob(repository, image.id(), image.configuration().toByteArray());
    }

    /** Pushes a large image: layers from their files, then the configuration, then the manifest under a tag. */
    public void push(String repository, String tag, LargeImage image) {
        for (LayerFile layer : image.layers()) {
            try {
                putBlob(repository, layer.digest(), BodyPublishers.ofFile(layer.file()));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
        putBlob(repository, Digests.of(image.configuration()), BodyPublishers.ofByteArray(image.configuration()));
        putManifest(repository, tag, image.manifest(), ManifestFormat.OCI.manifestType());
    }

    private void putBlob(String repository, String digest, byte[] bytes) {
        putBlob(repository, digest, BodyPublishers.ofByteArray(bytes));
    }

    private void putBlob(String repository, String digest, HttpRequest.BodyPublisher content) {
        URI blob = root.resolve("/v2/" + repository + "/blobs/" + digest);
        if (send(request(blob).method("HEAD", BodyPublishers.noBody())).statusCode() == 200) {
            return;
        }
        URI uploads = root.resolve("/v2/" + repository + "/blobs/uploads/");
        HttpResponse<byte[]> opened = send(request(uploads).POST(BodyPublishers.noBody()));
        expect(opened, 202);
        String location = opened.headers().firstValue("Location").orElseThrow();
        URI upload = uploads.resolve(location + (location.contains("?") ? "&" : "?") + "digest=" + digest);
        expect(
                send(request(upload)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(content)),
                201);
    }

    private void putManifest(String repository, String reference, byte[] manifest, String mediaType) {
        URI uri = root.resolve("/v2/" + repository + "/manifests/" + reference);
        expect(send(request(uri).header("Content-Type", mediaType).PUT(BodyPublishers.ofByteArray(manifest))), 201);
    }

    private HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(DEADLINE);
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static void expect(HttpResponse<byte[]> response, int status) {
        if (response.statusCode() != status) {
            throw new IllegalStateException(response.request().method() + " " + response.uri() + ": "
                    + response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() {
        http.close();
    }
}

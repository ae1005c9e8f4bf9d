package io.berth.imagefs.registry;

import static io.berth.imagefs.testing.ScriptedRegistry.answer;
import static io.berth.imagefs.testing.ScriptedRegistry.challenge;
import static io.berth.imagefs.testing.ScriptedRegistry.redirect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.Credentials;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.RegistriesConfig;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.ImageSource.FetchedManifest;
import io.berth.imagefs.reference.ImageReference;
import io.berth.imagefs.testing.ScriptedRegistry;
import io.berth.imagefs.testing.ScriptedRegistry.Request;
import io.berth.imagefs.testing.TestImage;
import io.berth.imagefs.testing.TestLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RegistrySourceTest {
    private static final byte[] BLOB = "a blob".getBytes(StandardCharsets.UTF_8);
    private static final ContentDescriptor DESCRIPTOR =
            new ContentDescriptor("", Digest.of(BLOB), BLOB.length, null, "");
    private static final String MANIFEST = "/v2/team/app/manifests/v1";
    private static final String BLOB_PATH = "/v2/team/app/blobs/" + DESCRIPTOR.digest();

    private final RegistryClients clients = RegistryClients.create();
    private final ScriptedRegistry registry = new ScriptedRegistry();
    private final TestImage image = new TestImage();

    RegistrySourceTest() {
        image.descriptor("", BLOB);
        registry.add("team/app", "v1", image);
    }

    @AfterEach
    void stop() {
        clients.close();
        registry.close();
    }

    private RegistrySource source(Credentials credentials) {
        return source(registry.host(), credentials, RegistriesConfig.DEFAULT);
    }

    private RegistrySource source(String host, Credentials credentials, RegistriesConfig registries) {
        return new RegistrySource(
                ImageReference.parse(host + "/team/app:v1"),
                credentials,
                registries,
                TestLimits.QUICK,
                "berth-test",
                clients);
    }

    private byte[] manifest(Credentials credentials) {
        try (RegistrySource source = source(credentials)) {
            return source.manifest("v1").content();
        }
    }

    private void fails(Kind kind, Credentials credentials, String... messages) {
        assertThatThrownBy(() -> manifest(credentials))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    }

    private static String basic(String pair) {
        return "Basic " + java.util.Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aTokenThatNoHeaderCanCarryIsRefused() {
        fails(Kind.UNAUTHENTICATED, new Credentials.RegistryToken("two\nlines", ""), registry.host(), "header");
    }

    @Test
    void manifestsAndBlobsAreFetched() throws IOException {
        try (RegistrySource source = source(Credentials.ANONYMOUS)) {
            FetchedManifest manifest = source.manifest("v1");
            assertThat(manifest.content()).isEqualTo(image.manifest());
            assertThat(manifest.mediaType()).isEqualTo("application/vnd.oci.image.manifest.v1+json");
            try (InputStream blob = source.blob(DESCRIPTOR)) {
                assertThat(blob.readAllBytes()).isEqualTo(BLOB);
            }
        }
    }

    @Test
    void whatTheRegistrySaysIsTold() {
        registry.on(
                MANIFEST,
                exchange -> answer(exchange, 404, "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"gone\"}]}"));
        fails(Kind.NOT_FOUND, Credentials.ANONYMOUS, registry.host(), "404", "NAME_UNKNOWN: gone");
        registry.on(MANIFEST, exchange -> answer(exchange, 403, "<html>"));
        fails(Kind.PERMISSION_DENIED, Credentials.ANONYMOUS, "403");
        registry.on(MANIFEST, exchange -> answer(exchange, 418, ""));
        fails(Kind.UNAVAILABLE, Credentials.ANONYMOUS, "418");
    }

    @Test
    void aRegistryThatIsNotThereIsNamed() {
        registry.close();
        fails(Kind.UNAVAILABLE, Credentials.ANONYMOUS, registry.host(), "cannot be reached");
    }

    @Test
    void overloadAndServerErrorsAreTriedAgain() {
        AtomicInteger count = new AtomicInteger();
        registry.on(MANIFEST, exchange -> {
            switch (count.incrementAndGet()) {
                case 1 -> {
                    exchange.getResponseHeaders().add("Retry-After", "0");
                    answer(exchange, 429, "");
                }
                case 2 -> answer(exchange, 503, "");
                default -> {}
            }
        });
        assertThat(manifest(Credentials.ANONYMOUS)).isEqualTo(image.manifest());
        assertThat(count).hasValue(3);
    }

    @Test
    void lastingOverloadAndServerErrorsAreGivenUpOn() {
        registry.on(MANIFEST, exchange -> answer(exchange, 429, ""));
        fails(Kind.RATE_LIMITED, Credentials.ANONYMOUS, "429");
        assertThat(registry.requests()).hasSize(TestLimits.QUICK.attempts());
        registry.on(MANIFEST, exchange -> answer(exchange, 500, ""));
        fails(Kind.UNAVAILABLE, Credentials.ANONYMOUS, "500");
    }

    @Test
    void aRefusalWithoutACredentialSaysSo() {
        registry.gate(exchange -> challenge(exchange, "Basic realm=\"x\""));
        fails(Kind.UNAUTHENTICATED, Credentials.ANONYMOUS, "401", "UNAUTHORIZED", "no credentials");
        fails(Kind.UNAUTHENTICATED, new Credentials.Basic("u", "wrong", ""), "401", "credentials given");
        registry.gate(exchange -> answer(exchange, 401, ""));
        fails(Kind.UNAUTHENTICATED, Credentials.ANONYMOUS, "401");
    }

    @Test
    void basicCredentialsAreShownOnlyWhenAskedFor() {
        registry.gate(exchange -> {
            if (!basic("u:p").equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                challenge(exchange, "Basic realm=\"x\"");
            }
        });
        assertThat(manifest(new Credentials.Basic("u", "p", registry.host()))).isEqualTo(image.manifest());
        assertThat(registry.requests()).extracting(Request::authorization).containsExactly("", basic("u:p"));
    }

    @Test
    void credentialsOfAnotherServerAreNeverShown() {
        registry.gate(exchange -> challenge(exchange, "Basic realm=\"x\""));
        fails(Kind.UNAUTHENTICATED, new Credentials.Basic("u", "p", "quay.io"), "no credentials");
        assertThat(registry.requests()).extracting(Request::authorization).containsOnly("");
    }

    private void wantBearer(ScriptedRegistry tokens) {
        registry.gate(exchange -> {
            if (!"Bearer good".equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    && exchange.getRequestURI().getPath().startsWith("/v2/")) {
                challenge(exchange, "Bearer realm=\"" + tokens.url("/token") + "\",service=\"the registry\"");
            }
        });
    }

    @Test
    void aTokenIsFetchedOnceAndUsedForAll() throws IOException {
        try (ScriptedRegistry tokens = new ScriptedRegistry();
                RegistrySource source = source(Credentials.ANONYMOUS)) {
            wantBearer(tokens);
            tokens.on("/token", exchange -> answer(exchange, 200, "{\"token\":\"good\",\"expires_in\":60}"));
            source.manifest("v1");
            source.blob(DESCRIPTOR).close();
            assertThat(tokens.requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request.path())
                            .contains("service=the+registry", "scope=repository%3Ateam%2Fapp%3Apull"));
        }
    }

    @Test
    void aTokenServerGetsBasicCredentialsOrTheRefreshToken() {
        try (ScriptedRegistry tokens = new ScriptedRegistry()) {
            wantBearer(tokens);
            StringBuilder form = new StringBuilder();
            tokens.on("/token", exchange -> {
                form.append(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                answer(exchange, 200, "{\"access_token\":\"good\"}");
            });
            manifest(new Credentials.Basic("u", "p", ""));
            assertThat(tokens.requests().getFirst().authorization()).isEqualTo(basic("u:p"));
            manifest(new Credentials.IdentityToken("refresh&me", ""));
            assertThat(tokens.requests().getLast().method()).isEqualTo("POST");
            assertThat(form.toString()).contains("grant_type=refresh_token", "refresh_token=refresh%26me");
        }
    }

    @Test
    void aRegistryTokenIsShownAsItIs() {
        registry.gate(exchange -> {
            if (!"Bearer mine".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                challenge(exchange, "Bearer realm=\"" + registry.url("/token") + "\"");
            }
        });
        assertThat(manifest(new Credentials.RegistryToken("mine", ""))).isEqualTo(image.manifest());
        fails(Kind.UNAUTHENTICATED, new Credentials.RegistryToken("other", ""), "credentials given");
        assertThat(registry.countOf("/token")).isZero();
    }

    @Test
    void tokenServersThatAnswerNonsenseAreNamed() {
        try (ScriptedRegistry tokens = new ScriptedRegistry()) {
            wantBearer(tokens);
            tokens.on("/token", exchange -> answer(exchange, 200, "{\"token\":\"two words\"}"));
            fails(Kind.UNAUTHENTICATED, Credentials.ANONYMOUS, "no usable token");
            tokens.on("/token", exchange -> answer(exchange, 200, "x".repeat(2 << 20)));
            fails(Kind.LIMIT_EXCEEDED, Credentials.ANONYMOUS, "longer than");
            tokens.on("/token", exchange -> answer(exchange, 403, ""));
            fails(Kind.UNAUTHENTICATED, Credentials.ANONYMOUS, "token for " + registry.host());
            tokens.on("/token", exchange -> answer(exchange, 200, "{\"token\":\"bad\"}"));
            fails(Kind.UNAUTHENTICATED, Credentials.ANONYMOUS, "401");
        }
    }

    @Test
    void redirectsTakeNoCredentialsToAnotherHost() throws IOException {
        try (ScriptedRegistry store = new ScriptedRegistry();
                RegistrySource source = source(new Credentials.Basic("u", "p", ""))) {
            registry.gate(exchange -> {
                if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
                    challenge(exchange, "Basic realm=\"x\"");
                }
            });
            registry.on(BLOB_PATH, exchange -> redirect(exchange, store.url("/somewhere?signed=1")));
            store.on("/somewhere", exchange -> answer(exchange, 200, BLOB));
            try (InputStream blob = source.blob(DESCRIPTOR)) {
                assertThat(blob.readAllBytes()).isEqualTo(BLOB);
            }
            assertThat(store.requests()).extracting(Request::authorization).containsExactly("");
        }
    }

    @Test
    void aChallengeFromTheRedirectTargetGetsNothing() {
        try (ScriptedRegistry store = new ScriptedRegistry()) {
            registry.on(MANIFEST, exchange -> redirect(exchange, store.url("/evil")));
            store.on("/evil", exchange -> challenge(exchange, "Basic realm=\"x\""));
            fails(Kind.UNAUTHENTICATED, new Credentials.Basic("u", "p", ""), "401");
            assertThat(store.requests()).extracting(Request::authorization).containsOnly("");
        }
    }

    @Test
    void redirectsThatDoNotEndAreRefused() {
        registry.on(MANIFEST, exchange -> redirect(exchange, MANIFEST));
        fails(Kind.UNAVAILABLE, Credentials.ANONYMOUS, "circle");
        AtomicInteger count = new AtomicInteger();
        registry.on(MANIFEST, exchange -> redirect(exchange, MANIFEST + "?n=" + count.incrementAndGet()));
        fails(Kind.UNAVAILABLE, Credentials.ANONYMOUS, "more than 5 hops");
        registry.on(MANIFEST, exchange -> redirect(exchange, "http://169.254.169.254/secret"));
        fails(Kind.UNAVAILABLE, Credentials.ANONYMOUS, "plain HTTP");
        registry.on(MANIFEST, exchange -> redirect(exchange, "file:///etc/passwd"));
        fails(Kind.UNAVAILABLE, Credentials.ANONYMOUS, "no web URL");
    }

    @Test
    void aManifestWithoutEndIsCutOff() {
        registry.on(MANIFEST, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] piece = new byte[64 << 10];
            try {
                while (true) {
                    exchange.getResponseBody().write(piece);
                }
            } catch (IOException _) {
                // the client has gone
            }
        });
        fails(Kind.LIMIT_EXCEEDED, Credentials.ANONYMOUS, "longer than");
    }

    @Test
    void aBodyThatStallsIsGivenUpOn() throws IOException {
        registry.on(BLOB_PATH, exchange -> {
            exchange.sendResponseHeaders(200, BLOB.length);
            exchange.getResponseBody().write(BLOB, 0, 2);
            exchange.getResponseBody().flush();
            sleep();
        });
        try (RegistrySource source = source(Credentials.ANONYMOUS);
                InputStream blob = source.blob(DESCRIPTOR)) {
            assertThatThrownBy(blob::readAllBytes).hasMessageContaining("nothing came");
        }
    }

    /** Breaks each answer off after so many bytes. */
    private void breakOff(int after) {
        registry.on(BLOB_PATH, exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (from > 0) {
                exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-" + BLOB.length + "/9");
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, BLOB.length - from);
            exchange.getResponseBody().write(BLOB, from, Math.min(after, BLOB.length - from));
            exchange.getResponseBody().flush();
        });
    }

    @Test
    void aBodyThatBreaksOffGoesOnFromThere() throws IOException {
        breakOff(BLOB.length - 2);
        try (RegistrySource source = source(Credentials.ANONYMOUS);
                InputStream blob = source.blob(DESCRIPTOR)) {
            assertThat(blob.readAllBytes()).isEqualTo(BLOB);
        }
        assertThat(registry.countOf(BLOB_PATH)).isEqualTo(2);
    }

    @Test
    void aRegistryWithoutRangesSendsAllAgain() throws IOException {
        AtomicInteger count = new AtomicInteger();
        registry.on(BLOB_PATH, exchange -> {
            exchange.sendResponseHeaders(200, BLOB.length);
            exchange.getResponseBody().write(BLOB, 0, count.incrementAndGet() == 1 ? 3 : BLOB.length);
            exchange.getResponseBody().flush();
        });
        try (RegistrySource source = source(Credentials.ANONYMOUS);
                InputStream blob = source.blob(DESCRIPTOR)) {
            assertThat(blob.readAllBytes()).isEqualTo(BLOB);
        }
        assertThat(count).hasValue(2);
    }

    @Test
    void aBodyThatBreaksOffAllTheTimeIsGivenUpOn() throws IOException {
        breakOff(1);
        try (RegistrySource source = source(Credentials.ANONYMOUS);
                InputStream blob = source.blob(DESCRIPTOR)) {
            assertThatThrownBy(blob::readAllBytes).isInstanceOf(IOException.class);
        }
        assertThat(registry.countOf(BLOB_PATH)).isEqualTo(TestLimits.QUICK.attempts());
    }

    @Test
    void anotherRangeThanTheOneAskedForIsRefused() throws IOException {
        registry.on(BLOB_PATH, exchange -> {
            boolean first = exchange.getRequestHeaders().getFirst("Range") == null;
            if (!first) {
                exchange.getResponseHeaders().add("Content-Range", "bytes 1-8/9");
            }
            exchange.sendResponseHeaders(first ? 200 : 206, first ? BLOB.length : BLOB.length - 3);
            exchange.getResponseBody().write(BLOB, 0, 3);
            exchange.getResponseBody().flush();
        });
        try (RegistrySource source = source(Credentials.ANONYMOUS);
                InputStream blob = source.blob(DESCRIPTOR)) {
            assertThatThrownBy(blob::readAllBytes)
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("bytes from 3 on");
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUpOn() {
        registry.on(MANIFEST, exchange -> sleep());
        fails(Kind.DEADLINE_EXCEEDED, Credentials.ANONYMOUS, "no answer");
    }

    @Test
    void aManifestThatIsNotWhatWasAnnouncedIsRefused() {
        registry.on(MANIFEST, exchange -> {
            exchange.getResponseHeaders().add("Docker-Content-Digest", "sha256:" + "0".repeat(64));
            answer(exchange, 200, image.manifest());
        });
        fails(Kind.CORRUPT_CONTENT, Credentials.ANONYMOUS, "announced");
    }

    @Test
    void aBlobOfAnotherLengthIsRefusedAtOnce() {
        registry.on(BLOB_PATH, exchange -> answer(exchange, 200, "longer than it should be"));
        try (RegistrySource source = source(Credentials.ANONYMOUS)) {
            assertThatThrownBy(() -> source.blob(DESCRIPTOR))
                    .hasMessageContaining("24 bytes where the manifest says 6");
        }
    }

    @Test
    void mirrorsAreTriedInOrderAndTheRegistryLast() {
        try (ScriptedRegistry empty = new ScriptedRegistry()) {
            RegistriesConfig registries = new RegistriesConfig(
                    Map.of("gcr.io", List.of(URI.create(empty.url("")), URI.create(registry.url("")))), Set.of());
            try (RegistrySource source = source("gcr.io", new Credentials.Basic("u", "p", ""), registries)) {
                assertThat(source.manifest("v1").content()).isEqualTo(image.manifest());
            }
            assertThat(empty.countOf("/manifests/v1")).isEqualTo(1);
        }
    }

    @Test
    void theFailuresOfMirrorsAreTold() {
        try (ScriptedRegistry empty = new ScriptedRegistry()) {
            RegistriesConfig registries =
                    new RegistriesConfig(Map.of(registry.host(), List.of(URI.create(empty.url("")))), Set.of());
            registry.on(MANIFEST, exchange -> answer(exchange, 403, ""));
            try (RegistrySource source = source(registry.host(), Credentials.ANONYMOUS, registries)) {
                assertThatThrownBy(() -> source.manifest("v1"))
                        .hasMessageContaining("403")
                        .hasMessageContaining("before that")
                        .hasMessageContaining(empty.host() + " answered 404");
            }
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(20_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

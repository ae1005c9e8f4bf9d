package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.ProxyRegistry;
import io.berth.e2e.registry.RegistryProcess;
import io.berth.proto.cri.v1.AuthConfig;
import io.grpc.Status.Code;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PrivateRegistryTest {
    private static final String REPOSITORY = "private/image";

    @RegisterExtension
    static final Node NODE = Node.standard();

    private final TestImage image =
            Busybox.image().layer(Layer.of(tar -> tar.file("secret", "x"))).build();

    private static AuthConfig.Builder credentials(String password) {
        return AuthConfig.newBuilder().setUsername(RegistryProcess.USER).setPassword(password);
    }

    @Test
    void basicAuthenticationIsDoneWithTheGivenCredentials() {
        try (RegistryProcess registry = RegistryProcess.startPrivate(Places.work())) {
            registry.client().push(REPOSITORY, "1", image);
            String reference = registry.address() + "/" + REPOSITORY + ":1";
            Refusal.of(() -> NODE.pull(reference)).is(Code.UNAUTHENTICATED).saying(reference, "401");
            Refusal.of(() -> NODE.pull(reference, credentials("wrong").build()))
                    .is(Code.UNAUTHENTICATED)
                    .saying(reference);
            assertThat(NODE.pull(
                            reference, credentials(RegistryProcess.PASSWORD).build()))
                    .isEqualTo(image.id());
        }
    }

    @Test
    void credentialsMayComeAsOneEncodedWord() {
        try (RegistryProcess registry = RegistryProcess.startPrivate(Places.work())) {
            registry.client().push(REPOSITORY, "1", image);
            String word = RegistryProcess.USER + ":" + RegistryProcess.PASSWORD;
            AuthConfig encoded = AuthConfig.newBuilder()
                    .setAuth(Base64.getEncoder().encodeToString(word.getBytes(StandardCharsets.UTF_8)))
                    .build();
            assertThat(NODE.pull(registry.address() + "/" + REPOSITORY + ":1", encoded))
                    .isEqualTo(image.id());
        }
    }

    @Test
    void aTokenIsFetchedWhereTheRegistrySays() {
        NODE.registry().client().push(REPOSITORY, "1", image);
        try (ProxyRegistry registry = ProxyRegistry.withTokens(NODE.registry(), "mate", "rope")) {
            String reference = registry.address() + "/" + REPOSITORY + ":1";
            Refusal.of(() -> NODE.pull(reference)).is(Code.UNAUTHENTICATED).saying(reference);
            AuthConfig credentials = AuthConfig.newBuilder()
                    .setUsername("mate")
                    .setPassword("rope")
                    .build();
            assertThat(NODE.pull(reference, credentials)).isEqualTo(image.id());
            assertThat(registry.requests())
                    .anyMatch(request -> request.startsWith("GET /token?")
                            && request.contains("service=harbour")
                            && URLDecoder.decode(request, StandardCharsets.UTF_8)
                                    .contains("scope=repository:" + REPOSITORY + ":pull"));
        }
    }

    @Test
    void aTokenThatTheCallerHasIsUsedAsItIs() {
        NODE.registry().client().push(REPOSITORY, "1", image);
        try (ProxyRegistry registry = ProxyRegistry.withTokens(NODE.registry(), "mate", "rope")) {
            AuthConfig token = AuthConfig.newBuilder()
                    .setRegistryToken(ProxyRegistry.TOKEN)
                    .build();
            assertThat(NODE.pull(registry.address() + "/" + REPOSITORY + ":1", token))
                    .isEqualTo(image.id());
            assertThat(registry.requests()).noneMatch(request -> request.contains("/token"));
        }
    }

    @Test
    void secretsStandInNoLogAndNoMessage() {
        NODE.registry().client().push(REPOSITORY, "1", image);
        try (ProxyRegistry registry = ProxyRegistry.withTokens(NODE.registry(), "mate", "rope")) {
            AuthConfig wrong = AuthConfig.newBuilder()
                    .setUsername("mate")
                    .setPassword("not-the-password")
                    .build();
            Refusal refusal = Refusal.of(() -> NODE.pull(registry.address() + "/" + REPOSITORY + ":1", wrong));
            assertThat(refusal.message()).doesNotContain("not-the-password");
            assertThat(NODE.daemon().log()).doesNotContain("not-the-password");
        }
    }
}

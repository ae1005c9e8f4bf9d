package io.berth.server.cri.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.container.ImageSpec;
import io.berth.core.error.BerthException;
import io.berth.imagefs.Credentials;
import io.berth.imagefs.Image;
import io.berth.imagefs.ImageConfig;
import io.berth.imagefs.Platform;
import io.berth.proto.cri.v1.AuthConfig;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageMappingTest {
    @Test
    void anImageIsToldWhole() {
        io.berth.proto.cri.v1.Image image = ImageMapping.toCri(image("65534:3"));
        assertThat(image.getId()).isEqualTo("sha256:1");
        assertThat(image.getRepoTagsList()).containsExactly("docker.io/library/a:1");
        assertThat(image.getRepoDigestsList()).containsExactly("docker.io/library/a@sha256:2");
        assertThat(image.getSize()).isEqualTo(99);
        assertThat(image.getPinned()).isTrue();
        assertThat(image.getUid().getValue()).isEqualTo(65_534);
        assertThat(image.getUsername()).isEmpty();
    }

    @Test
    void aUserByNameIsNoNumber() {
        io.berth.proto.cri.v1.Image image = ImageMapping.toCri(image("nginx:www"));
        assertThat(image.hasUid()).isFalse();
        assertThat(image.getUsername()).isEqualTo("nginx");
    }

    @Test
    void noUserIsNeither() {
        io.berth.proto.cri.v1.Image image = ImageMapping.toCri(image(""));
        assertThat(image.hasUid()).isFalse();
        assertThat(image.getUsername()).isEmpty();
    }

    @Test
    void aStatusNamesTheImageAsItsUserDidNotByTheIdentifierThatTheKubeletSends() {
        String id = "sha256:" + "1f".repeat(32);
        assertThat(named(id, "busybox")).isEqualTo("docker.io/library/busybox:latest");
        assertThat(named(id, "localhost:5000/a:1")).isEqualTo("localhost:5000/a:1");
        assertThat(named(id, "a:1@" + id)).isEqualTo("docker.io/library/a:1@" + id);
    }

    @Test
    void aStatusNamesTheImageByItsIdentifierWhereTheUserWroteThatOrNothing() {
        String id = "sha256:" + "1f".repeat(32);
        assertThat(named(id, id)).isEqualTo(id);
        assertThat(named(id, "1f1f1f1f1f1f")).isEqualTo(id);
        assertThat(named("busybox:1", "")).isEqualTo("busybox:1");
        assertThat(named(id, "NO REFERENCE")).isEqualTo("NO REFERENCE");
    }

    private static String named(String image, String written) {
        return ImageMapping.toNamed(new ImageSpec(image, Map.of(), written, "", ""))
                .getImage();
    }

    @Test
    void credentialsOfEveryKindAreUnderstood() {
        assertThat(ImageMapping.credentials(AuthConfig.getDefaultInstance())).isEqualTo(Credentials.ANONYMOUS);
        assertThat(ImageMapping.credentials(AuthConfig.newBuilder()
                        .setUsername("u")
                        .setPassword("p")
                        .setServerAddress("s")
                        .build()))
                .isEqualTo(new Credentials.Basic("u", "p", "s"));
        assertThat(ImageMapping.credentials(auth("u:p:q"))).isEqualTo(new Credentials.Basic("u", "p:q", ""));
        assertThat(ImageMapping.credentials(auth("u:p\0\0"))).isEqualTo(new Credentials.Basic("u", "p", ""));
        assertThat(ImageMapping.credentials(
                        AuthConfig.newBuilder().setIdentityToken("i").build()))
                .isEqualTo(new Credentials.IdentityToken("i", ""));
        assertThat(ImageMapping.credentials(
                        AuthConfig.newBuilder().setRegistryToken("r").build()))
                .isEqualTo(new Credentials.RegistryToken("r", ""));
    }

    @Test
    void brokenCredentialsAreRefusedWithoutShowingThem() {
        assertThatThrownBy(() -> ImageMapping.credentials(
                        AuthConfig.newBuilder().setAuth("s3cret!").build()))
                .isInstanceOf(BerthException.class)
                .hasMessage("auth.auth is not the base64 of USERNAME:PASSWORD");
        assertThatThrownBy(() -> ImageMapping.credentials(auth("s3cret")))
                .isInstanceOf(BerthException.class)
                .hasMessage("auth.auth is not the base64 of USERNAME:PASSWORD");
    }

    private static AuthConfig auth(String decoded) {
        return AuthConfig.newBuilder()
                .setAuth(Base64.getEncoder().encodeToString(decoded.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private static Image image(String user) {
        ImageConfig config = new ImageConfig(
                user,
                List.of(),
                List.of(),
                List.of(),
                "",
                Set.of(),
                Set.of(),
                "",
                new Platform("linux", "amd64", ""),
                "");
        return new Image(
                "sha256:1",
                List.of("docker.io/library/a:1"),
                List.of("docker.io/library/a@sha256:2"),
                99,
                config,
                "sha256:3",
                true,
                0);
    }
}

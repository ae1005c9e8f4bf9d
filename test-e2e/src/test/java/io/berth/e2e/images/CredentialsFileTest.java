package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.RegistryProcess;
import io.berth.proto.cri.v1.AuthConfig;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Credentials that lie on the node, for pulls that bring none. */
class CredentialsFileTest {
    private static final Path FILES = Places.work().resolve("credentials");
    private static final Path FILE = FILES.resolve("config.json");

    @RegisterExtension
    static final Node NODE =
            Node.with(config -> config.with("registry", "credentials_file", DaemonConfig.text(FILE.toString()))
                    .with("registry", "credential_helpers", DaemonConfig.text(FILES.toString())));

    private final TestImage image =
            Busybox.image().layer(Layer.of(tar -> tar.file("secret", "x"))).build();

    private RegistryProcess registry;
    private String reference;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(FILES);
        registry = RegistryProcess.startPrivate(Places.work());
        registry.client().push("private/image", "1", image);
        reference = registry.address() + "/private/image:1";
    }

    @AfterEach
    void stop() {
        registry.close();
        Places.deleteTree(FILES);
    }

    private void helper(String name, String script) throws IOException {
        Path program = FILES.resolve("docker-credential-" + name);
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void whatDockerLoginWroteOpensAPrivateRegistry() throws IOException {
        Refusal.of(() -> NODE.pull(reference)).is(Code.UNAUTHENTICATED).saying("no credentials were given");
        String pair = RegistryProcess.USER + ":" + RegistryProcess.PASSWORD;
        String word = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        Files.writeString(FILE, "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.address(), word));
        assertThat(NODE.pull(reference)).isEqualTo(image.id());
    }

    @Test
    void aHelperIsAskedForThisRegistryAlone() throws IOException {
        Path asked = FILES.resolve("asked");
        helper("harbour", """
                read -r address || true
                echo "$1 $address" >>%s
                printf '{"ServerURL":"%%s","Username":"%s","Secret":"%s"}' "$address"
                """.formatted(asked, RegistryProcess.USER, RegistryProcess.PASSWORD));
        Files.writeString(FILE, "{\"credHelpers\":{\"%s\":\"harbour\"}}".formatted(registry.address()));
        NODE.pull(NODE.nginx());
        assertThat(asked).doesNotExist();
        assertThat(NODE.pull(reference)).isEqualTo(image.id());
        assertThat(asked).hasContent("get " + registry.address());
    }

    @Test
    void whatTheKubeletSendsComesFirst() throws IOException {
        Files.writeString(
                FILE, "{\"auths\":{\"%s\":{\"username\":\"u\",\"password\":\"wrong\"}}}".formatted(registry.address()));
        Refusal.of(() -> NODE.pull(reference)).is(Code.UNAUTHENTICATED).saying("credentials given");
        AuthConfig right = AuthConfig.newBuilder()
                .setUsername(RegistryProcess.USER)
                .setPassword(RegistryProcess.PASSWORD)
                .build();
        assertThat(NODE.pull(reference, right)).isEqualTo(image.id());
    }

    @Test
    void aHelperThatFailsIsNamed() throws IOException {
        helper("stuck", "echo 'the vault is locked'; exit 1\n");
        Files.writeString(FILE, "{\"credsStore\":\"stuck\"}");
        Refusal.of(() -> NODE.pull(reference)).is(Code.UNAUTHENTICATED).saying("stuck", "the vault is locked");
    }
}

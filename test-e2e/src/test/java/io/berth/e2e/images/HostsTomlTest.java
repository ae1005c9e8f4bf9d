package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.Certificate;
import io.berth.e2e.registry.Fault;
import io.berth.e2e.registry.ProxyRegistry;
import io.berth.e2e.registry.RegistryProcess;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Directories of {@code hosts.toml} files, with real registries behind them. */
class HostsTomlTest {
    private static final Path HOSTS = Places.work().resolve("hosts.d");
    private static final String REPOSITORY = "team/app";
    /** Nobody answers there: what is pulled comes from a mirror. */
    private static final String NAME = "registry.invalid";

    @RegisterExtension
    static final Node NODE =
            Node.with(config -> config.with("registry", "hosts_directory", DaemonConfig.text(HOSTS.toString())));

    private final TestImage image =
            Busybox.image().layer(Layer.of(tar -> tar.file("mirrored", "x"))).build();

    @AfterEach
    void clean() {
        Places.deleteTree(HOSTS);
    }

    private static void describe(String host, String toml) throws IOException {
        Path directory = Files.createDirectories(HOSTS.resolve(host));
        Files.writeString(directory.resolve("hosts.toml"), toml);
    }

    private static String reference() {
        return NAME + "/" + REPOSITORY + ":1";
    }

    @Test
    void aMirrorServesWhatTheRegistryCannot() throws IOException {
        NODE.registry().client().push(REPOSITORY, "1", image);
        Refusal.of(() -> NODE.pull(reference())).is(Code.UNAVAILABLE).saying(NAME);
        describe(NAME, "[host.\"http://%s\"]\n".formatted(NODE.registry().address()));
        assertThat(NODE.pull(reference())).isEqualTo(image.id());
    }

    @Test
    void whatAMirrorLacksComesFromTheNextOne() throws IOException {
        NODE.registry().client().push(REPOSITORY, "1", image);
        try (ProxyRegistry broken = ProxyRegistry.to(NODE.registry());
                ProxyRegistry empty = ProxyRegistry.to(NODE.registry());
                ProxyRegistry server = ProxyRegistry.to(NODE.registry())) {
            broken.misbehave("/" + image.layers().get(1).digest(), new Fault.Status(404, "BLOB_UNKNOWN"));
            empty.misbehave("", new Fault.Status(404, "NAME_UNKNOWN"));
            describe("_default", """
                    server = "http://%s"
                    [host."http://%s"]
                    [host."http://%s"]
                      capabilities = ["pull", "resolve"]
                    """.formatted(server.address(), empty.address(), broken.address()));
            assertThat(NODE.pull(reference())).isEqualTo(image.id());
            assertThat(empty.requests()).isNotEmpty();
            assertThat(broken.requests()).anyMatch(request -> request.endsWith("/manifests/1"));
            assertThat(server.requests())
                    .noneMatch(request -> request.contains("/manifests/1"))
                    .anyMatch(request -> request.endsWith(image.layers().get(1).digest()));
        }
    }

    @Test
    void aMirrorThatMayNotResolveIsAskedForContentAlone() throws IOException {
        NODE.registry().client().push(REPOSITORY, "1", image);
        try (ProxyRegistry mirror = ProxyRegistry.to(NODE.registry())) {
            describe(NAME, """
                    server = "http://%s"
                    [host."http://%s"]
                      capabilities = ["pull"]
                    """.formatted(NODE.registry().address(), mirror.address()));
            assertThat(NODE.pull(reference())).isEqualTo(image.id());
            assertThat(mirror.requests())
                    .noneMatch(request -> request.endsWith("/manifests/1"))
                    .anyMatch(request -> request.endsWith(image.layers().get(1).digest()));
        }
    }

    @Test
    void aPathMayBeTheWholeOne() throws IOException {
        NODE.registry().client().push("deep/project/" + REPOSITORY, "1", image);
        describe(NAME, """
                server = "http://%s/v2/deep/project"
                override_path = true
                """.formatted(NODE.registry().address()));
        assertThat(NODE.pull(reference())).isEqualTo(image.id());
    }

    @Test
    void aClientCertificateOpensARegistryThatWantsOne() throws IOException {
        NODE.registry().client().push(REPOSITORY, "1", image);
        Certificate certificate = Certificate.in(HOSTS.resolve("certificates"));
        try (RegistryProcess registry = RegistryProcess.startWithTls(
                Places.work(), NODE.registry(), certificate.certificate(), certificate.key())) {
            String url = "https://" + registry.address();
            describe(NAME, "server = \"%s\"\nca = \"%s\"\n".formatted(url, certificate.certificate()));
            Refusal.of(() -> NODE.pull(reference())).is(Code.UNAVAILABLE).saying(registry.address());
            describe(
                    NAME,
                    "server = \"%s\"\nclient = [[\"%s\", \"%s\"]]\n"
                            .formatted(url, certificate.certificate(), certificate.key()));
            Refusal.of(() -> NODE.pull(reference())).is(Code.UNAVAILABLE).saying(registry.address());
            describe(
                    NAME,
                    "server = \"%s\"\nca = \"%s\"\nclient = [[\"%s\", \"%s\"]]\n"
                            .formatted(url, certificate.certificate(), certificate.certificate(), certificate.key()));
            assertThat(NODE.pull(reference())).isEqualTo(image.id());
        }
    }
}

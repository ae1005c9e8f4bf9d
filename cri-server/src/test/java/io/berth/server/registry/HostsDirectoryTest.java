package io.berth.server.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.RegistryHost;
import io.berth.imagefs.RegistryHost.ClientCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsDirectoryTest {
    @TempDir
    private Path directory;

    private Path write(String host, String text) throws IOException {
        Path place = Files.createDirectories(directory.resolve(host));
        Files.writeString(place.resolve("hosts.toml"), text);
        return place;
    }

    private List<RegistryHost> of(String host) {
        return new HostsDirectory(directory).of(host);
    }

    @Test
    void nothingIsSaidWithoutADirectory() {
        assertThat(of("docker.io")).isEmpty();
        assertThat(new HostsDirectory(directory.resolve("none")).of("docker.io"))
                .isEmpty();
    }

    @Test
    void hostsComeInOrderWithTheServerLast() throws IOException {
        Path place = write("docker.io", """
                server = "https://registry-1.docker.io"
                ca = "/etc/ours.pem"

                [host."https://first.example/v2/"]
                  capabilities = ["pull", "resolve"]
                  client = [["a.cert", "a.key"], "both.pem"]
                [host."https://first.example/v2/".header]
                  x-token = "one"
                  x-more = ["two", "three"]

                [host."http://second.example:5000/some/path"]
                  capabilities = ["pull"]
                  skip_verify = true
                  override_path = true

                [host."https://push.example"]
                  capabilities = ["push"]
                """);
        assertThat(of("docker.io"))
                .containsExactly(
                        new RegistryHost(
                                URI.create("https://first.example"),
                                false,
                                true,
                                false,
                                List.of(),
                                List.of(
                                        new ClientCertificate(place.resolve("a.cert"), place.resolve("a.key")),
                                        new ClientCertificate(place.resolve("both.pem"), place.resolve("both.pem"))),
                                Map.of("x-token", List.of("one"), "x-more", List.of("two", "three"))),
                        new RegistryHost(
                                URI.create("http://second.example:5000/some/path"),
                                true,
                                false,
                                true,
                                List.of(),
                                List.of(),
                                Map.of()),
                        new RegistryHost(
                                URI.create("https://registry-1.docker.io"),
                                false,
                                true,
                                false,
                                List.of(Path.of("/etc/ours.pem")),
                                List.of(),
                                Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io, https://registry-1.docker.io",
        "registry.example:5000, https://registry.example:5000",
        "localhost:5000, http://localhost:5000",
        "127.0.0.1:80, http://127.0.0.1:80"
    })
    void theRegistryItselfIsTheServerUnlessOneIsNamed(String host, String url) throws IOException {
        write("_default", "[host.\"mirror.example\"]");
        assertThat(of(host))
                .extracting(RegistryHost::base)
                .containsExactly(URI.create("https://mirror.example"), URI.create(url));
    }

    @Test
    void theMostFittingDirectoryIsTaken() throws IOException {
        write("_default", "server = \"https://default.example\"");
        write("registry.example:5000", "server = \"https://colon.example\"");
        assertThat(of("registry.example:5000").getFirst().base()).hasHost("colon.example");
        write("registry.example_5000_", "server = \"https://underscore.example\"");
        assertThat(of("registry.example:5000").getFirst().base()).hasHost("underscore.example");
        assertThat(of("other.example").getFirst().base()).hasHost("default.example");
    }

    @Test
    void certificatesMayLieThereAsDockerHasThem() throws IOException {
        Path place = Files.createDirectories(directory.resolve("registry.example"));
        for (String name : List.of("ca.crt", "client.cert", "client.key")) {
            Files.writeString(place.resolve(name), "");
        }
        RegistryHost host = of("registry.example").getFirst();
        assertThat(host.authorities()).containsExactly(place.resolve("ca.crt"));
        assertThat(host.clientCertificates())
                .containsExactly(new ClientCertificate(place.resolve("client.cert"), place.resolve("client.key")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server = 5",
                "server = \"ftp://x\"",
                "server = \"https://a b\"",
                "host = \"x\"",
                "[host]\nx = 1",
                "capabilities = [\"push\"]",
                "skip_verify = \"yes\"",
                "client = [[\"a\"]]",
                "[header]\nHost = \"evil\"",
                "[header]\n\"a b\" = \"c\"",
                "this is no toml"
            })
    void whatCannotBeUnderstoodIsNamed(String text) throws IOException {
        write("_default", text);
        assertThatThrownBy(() -> of("x.example"))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.INVALID_ARGUMENT))
                .hasMessageStartingWith(directory.resolve("_default/hosts.toml") + ": ");
    }
}

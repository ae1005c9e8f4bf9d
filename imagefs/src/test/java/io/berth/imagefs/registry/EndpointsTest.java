package io.berth.imagefs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.Credentials;
import io.berth.imagefs.RegistriesConfig;
import io.berth.imagefs.RegistryHost;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointsTest {
    private static final RegistriesConfig CONFIG = new RegistriesConfig(
            Map.of(
                    "gcr.io",
                    List.of(URI.create("http://mirror.example:5000/v2/"), URI.create("https://other.example/base"))),
            Set.of("plain.example", "one.example:5000"));
    private static final Endpoints ENDPOINTS = new Endpoints(CONFIG);

    @ParameterizedTest
    @CsvSource({
        "docker.io, https://registry-1.docker.io/v2/x",
        "quay.io, https://quay.io/v2/x",
        "localhost:5000, http://localhost:5000/v2/x",
        "127.5.0.1, http://127.5.0.1/v2/x",
        "[::1]:5000, http://[::1]:5000/v2/x",
        "plain.example:8080, http://plain.example:8080/v2/x",
        "one.example:5000, http://one.example:5000/v2/x",
        "one.example:5001, https://one.example:5001/v2/x",
        "127.0.0.1.example.com, https://127.0.0.1.example.com/v2/x",
    })
    void onlyThisMachineAndWhatIsSaidToBeInsecureIsSpokenToInPlain(String host, String url) {
        assertThat(ENDPOINTS.of(host, Credentials.ANONYMOUS).getLast().resolve("x"))
                .hasToString(url);
    }

    @Test
    void mirrorsComeFirstAndGetNoCredentialsOfTheRegistry() {
        Credentials mine = new Credentials.Basic("u", "p", "");
        List<Endpoint> endpoints = ENDPOINTS.of("gcr.io", mine);
        assertThat(endpoints)
                .extracting(endpoint -> endpoint.base().toString())
                .containsExactly("http://mirror.example:5000", "https://other.example/base", "https://gcr.io");
        assertThat(endpoints)
                .extracting(Endpoint::credentials)
                .containsExactly(Credentials.ANONYMOUS, Credentials.ANONYMOUS, mine);
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io, https://index.docker.io/v1/, true",
        "docker.io, registry-1.docker.io, true",
        "docker.io, quay.io, false",
        "quay.io, https://quay.io, true",
        "quay.io, quay.io:5000, false",
        "quay.io:5000, http://quay.io:5000/v2/, true",
        "evil.example, quay.io, false",
    })
    void credentialsForAnotherHostAreNotUsed(String host, String server, boolean used) {
        Credentials mine = new Credentials.Basic("u", "p", server);
        assertThat(ENDPOINTS.of(host, mine).getLast().credentials().equals(mine))
                .isEqualTo(used);
    }

    @Test
    void plainHttpElsewhereIsRefused() {
        assertThatThrownBy(() -> ENDPOINTS.requireAllowed(URI.create("http://quay.io/x"), "it", List.of()))
                .hasMessageContaining("insecure registries");
        assertThatThrownBy(() -> ENDPOINTS.requireAllowed(URI.create("file:///etc/passwd"), "it", List.of()))
                .hasMessageContaining("no web URL");
        ENDPOINTS.requireAllowed(URI.create("http://mirror.example:5000/x"), "it", List.of());
        ENDPOINTS.requireAllowed(URI.create("https://quay.io/x"), "it", List.of());
    }

    @Test
    void whatTheAdministratorDescribesGoesBeforeAllElse() {
        RegistryHost mirror = new RegistryHost(
                URI.create("http://mirror.example/proxy"), true, false, false, List.of(), List.of(), Map.of());
        Endpoints endpoints = new Endpoints(new RegistriesConfig(
                Map.of("gcr.io", List.of(URI.create("https://ignored.example"))),
                Set.of(),
                host -> host.equals("gcr.io")
                        ? List.of(mirror, RegistryHost.at(URI.create("https://gcr.io")))
                        : List.of()));
        Credentials credentials = new Credentials.Basic("u", "p", "");
        List<Endpoint> found = endpoints.of("gcr.io", credentials);
        assertThat(found).extracting(Endpoint::credentials).containsExactly(Credentials.ANONYMOUS, credentials);
        assertThat(found)
                .extracting(endpoint -> endpoint.resolve("a/manifests/1").toString())
                .containsExactly(
                        "http://mirror.example/proxy/a/manifests/1?ns=gcr.io", "https://gcr.io/v2/a/manifests/1");
        endpoints.requireAllowed(URI.create("http://mirror.example/x"), "it", found);
        assertThat(endpoints.of("quay.io", credentials)).hasSize(1);
        assertThat(endpoints.of("gcr.io", new Credentials.Basic("u", "p", "mirror.example")))
                .extracting(Endpoint::credentials)
                .extracting(Credentials::serverAddress)
                .containsExactly("mirror.example", "");
    }
}

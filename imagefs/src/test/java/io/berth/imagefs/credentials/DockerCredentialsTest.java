package io.berth.imagefs.credentials;

import static io.berth.imagefs.testing.ScriptedRegistry.challenge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.Credentials;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.RegistriesConfig;
import io.berth.imagefs.RegistryHosts;
import io.berth.imagefs.reference.ImageReference;
import io.berth.imagefs.registry.RegistryClients;
import io.berth.imagefs.registry.RegistrySource;
import io.berth.imagefs.testing.ScriptedRegistry;
import io.berth.imagefs.testing.ScriptedRegistry.Request;
import io.berth.imagefs.testing.TestImage;
import io.berth.imagefs.testing.TestLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerCredentialsTest {
    @TempDir
    Path directory;

    private DockerCredentials file(String json) throws IOException {
        return file(json, Duration.ofSeconds(20));
    }

    private DockerCredentials file(String json, Duration deadline) throws IOException {
        Path file = directory.resolve("config.json");
        Files.writeString(file, json);
        return new DockerCredentials(file, new CredentialHelpers(directory, deadline));
    }

    private void helper(String name, String script) throws IOException {
        Path program = directory.resolve("docker-credential-" + name);
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private static String encoded(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static Credentials basic(String user, String password, String host) {
        return new Credentials.Basic(user, password, host);
    }

    private void fails(DockerCredentials credentials, Kind kind, String... messages) {
        assertThatThrownBy(() -> credentials.of("quay.io", "a"))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .satisfies(e -> assertThat(e.getMessage()).contains(messages).doesNotContain("hush"));
    }

    @Test
    void aFileThatIsNotThereHoldsNothing() {
        DockerCredentials none =
                new DockerCredentials(directory.resolve("missing.json"), new CredentialHelpers(directory));
        assertThat(none.of("quay.io", "a")).isEqualTo(Credentials.ANONYMOUS);
    }

    @Test
    void entriesAreFoundByHostHoweverTheyAreWritten() throws IOException {
        DockerCredentials credentials = file("""
                {"auths": {
                  "https://index.docker.io/v1/": {"auth": "%s"},
                  "quay.io": {"username": "u", "password": "p"},
                  "http://localhost:5000/v2/": {"identitytoken": "refresh"},
                  "ghcr.io": {"registrytoken": "bearer"},
                  "empty.example": {}
                }}""".formatted(encoded("me:a:b\0\0")));
        assertThat(credentials.of("docker.io", "library/busybox")).isEqualTo(basic("me", "a:b", "docker.io"));
        assertThat(credentials.of("quay.io", "x/y")).isEqualTo(basic("u", "p", "quay.io"));
        assertThat(credentials.of("localhost:5000", "x"))
                .isEqualTo(new Credentials.IdentityToken("refresh", "localhost:5000"));
        assertThat(credentials.of("ghcr.io", "x")).isEqualTo(new Credentials.RegistryToken("bearer", "ghcr.io"));
        for (String other : List.of("empty.example", "quay.io:5000", "evil-quay.io", "sub.quay.io", "localhost")) {
            assertThat(credentials.of(other, "x")).as(other).isEqualTo(Credentials.ANONYMOUS);
        }
    }

    @Test
    void theLongestPathThatFitsIsTaken() throws IOException {
        DockerCredentials credentials = file("""
                {"auths": {
                  "quay.io/team": {"username": "team", "password": "1"},
                  "quay.io": {"username": "all", "password": "2"},
                  "quay.io/team/app": {"username": "app", "password": "3"}
                }}""");
        assertThat(credentials.of("quay.io", "team/app")).isEqualTo(basic("app", "3", "quay.io"));
        assertThat(credentials.of("quay.io", "team/application")).isEqualTo(basic("team", "1", "quay.io"));
        assertThat(credentials.of("quay.io", "teamwork")).isEqualTo(basic("all", "2", "quay.io"));
    }

    @Test
    void aHelperIsToldTheAddressAndItsAnswerIsUsed() throws IOException {
        helper("store", """
                read -r address || true
                [ "$1" = get ] || exit 2
                case $address in
                  https://index.docker.io/v1/) printf '{"ServerURL":"%s","Username":"hub","Secret":"s"}' "$address" ;;
                  quay.io) printf '{"ServerURL":"https://quay.io","Username":"<token>","Secret":"refresh"}' ;;
                  *) echo 'credentials not found in native keychain'; exit 1 ;;
                esac
                """);
        helper("special", "printf '{\"Username\":\"special\",\"Secret\":\"x\"}'\n");
        DockerCredentials credentials = file("""
                {"credsStore": "store",
                 "credHelpers": {"ghcr.io": "special"},
                 "auths": {"https://index.docker.io/v1/": {}, "plain.example": {"username": "u", "password": "p"}}}""");
        assertThat(credentials.of("docker.io", "a/b")).isEqualTo(basic("hub", "s", "docker.io"));
        assertThat(credentials.of("quay.io", "a")).isEqualTo(new Credentials.IdentityToken("refresh", "quay.io"));
        assertThat(credentials.of("ghcr.io", "a")).isEqualTo(basic("special", "x", "ghcr.io"));
        // The store knows nothing of it: what stands in the file is taken.
        assertThat(credentials.of("plain.example", "a")).isEqualTo(basic("u", "p", "plain.example"));
        assertThat(credentials.of("nobody.example", "a")).isEqualTo(Credentials.ANONYMOUS);
    }

    @Test
    void aHelperThatAnswersForAnotherHostIsNotBelieved() throws IOException {
        helper("liar", "printf '{\"ServerURL\":\"https://ghcr.io\",\"Username\":\"u\",\"Secret\":\"hush\"}'\n");
        fails(file("{\"credsStore\":\"liar\"}"), Kind.UNAUTHENTICATED, "liar", "quay.io", "ghcr.io");
    }

    @Test
    void aHelperThatFailsIsNamedAndItsSecretsAreNot() throws IOException {
        helper("broken", "echo 'the vault is locked'; exit 3\n");
        fails(file("{\"credsStore\":\"broken\"}"), Kind.UNAUTHENTICATED, "broken", "status 3", "the vault is locked");
        helper("chatty", "echo 'here: hush'\n");
        fails(file("{\"credsStore\":\"chatty\"}"), Kind.UNAUTHENTICATED, "chatty", "no JSON object");
        fails(file("{\"credsStore\":\"missing\"}"), Kind.UNAUTHENTICATED, "missing", "cannot be run");
        fails(file("{\"credsStore\":\"../../bin/sh\"}"), Kind.UNAUTHENTICATED, "is not the name of a program");
    }

    @Test
    void aHelperWithoutEndIsKilledWithAllThatItStarted() throws IOException {
        Path pids = directory.resolve("pids");
        helper("endless", "echo $$ >>" + pids + "\nsleep 300 & echo $! >>" + pids + "\nwait\n");
        fails(
                file("{\"credsStore\":\"endless\"}", Duration.ofSeconds(1)),
                Kind.UNAUTHENTICATED,
                "endless",
                "did not end within 1 s");
        assertThat(Files.readAllLines(pids))
                .hasSize(2)
                .allSatisfy(pid -> assertThat(ended(pid)).as("process %s", pid).isTrue());
    }

    private static boolean ended(String pid) {
        return ProcessHandle.of(Long.parseLong(pid))
                .map(process -> {
                    process.onExit()
                            .orTimeout(10, java.util.concurrent.TimeUnit.SECONDS)
                            .join();
                    return !process.isAlive();
                })
                .orElse(true);
    }

    @Test
    void aHelperThatFloodsIsCutOff() throws IOException {
        helper("flood", "while :; do echo 0123456789012345678901234567890123456789; done\n");
        fails(file("{\"credsStore\":\"flood\"}"), Kind.UNAUTHENTICATED, "flood", "printed more than 65536 bytes");
    }

    @Test
    void aFileThatMakesNoSenseIsNamed() throws IOException {
        fails(file("{"), Kind.INVALID_CONTENT, "config.json");
        fails(file("{\"auths\":{\"quay.io\":{\"auth\":\"%%%\"}}}"), Kind.INVALID_ARGUMENT, "config.json", "quay.io");
        fails(file(" ".repeat(2 << 20)), Kind.INVALID_ARGUMENT, "larger than");
    }

    @Test
    void eachHostIsShownItsOwnAndOnlyWhenItAsks() throws IOException {
        TestImage image = new TestImage();
        try (ScriptedRegistry mirror = new ScriptedRegistry();
                ScriptedRegistry registry = new ScriptedRegistry().add("team/app", "v1", image)) {
            Path asked = directory.resolve("asked");
            helper(
                    "counting",
                    "read -r a || true\necho $a >>" + asked + "\nprintf '{\"Username\":\"m\",\"Secret\":\"m\"}'\n");
            DockerCredentials credentials = file("""
                    {"credHelpers": {"%s": "counting"}, "auths": {"%s": {"username": "r", "password": "r"}}}""".formatted(mirror.host(), registry.host()));
            RegistriesConfig config = new RegistriesConfig(
                    Map.of(registry.host(), List.of(URI.create("http://" + mirror.host()))),
                    Set.of(),
                    RegistryHosts.NONE,
                    credentials);
            registry.gate(exchange -> {
                if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
                    challenge(exchange, "Basic realm=\"x\"");
                }
            });
            manifest(registry, Credentials.ANONYMOUS, config);
            assertThat(asked).doesNotExist();
            assertThat(mirror.requests()).extracting(Request::authorization).containsOnly("");
            assertThat(registry.requests())
                    .extracting(Request::authorization)
                    .containsExactly("", "Basic " + encoded("r:r"));
            mirror.gate(exchange -> challenge(exchange, "Basic realm=\"x\""));
            manifest(registry, Credentials.ANONYMOUS, config);
            assertThat(asked).hasContent(mirror.host());
            assertThat(mirror.requests().getLast().authorization()).isEqualTo("Basic " + encoded("m:m"));
            // What the caller brings goes before what lies here.
            manifest(registry, new Credentials.Basic("caller", "c", registry.host()), config);
            assertThat(registry.requests().getLast().authorization()).isEqualTo("Basic " + encoded("caller:c"));
        }
    }

    private static void manifest(ScriptedRegistry registry, Credentials credentials, RegistriesConfig config) {
        try (RegistryClients clients = RegistryClients.create();
                RegistrySource source = new RegistrySource(
                        ImageReference.parse(registry.host() + "/team/app:v1"),
                        credentials,
                        config,
                        TestLimits.QUICK,
                        "test",
                        clients)) {
            source.manifest("v1");
        }
    }
}

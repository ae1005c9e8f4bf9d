package io.berth.imagefs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.berth.imagefs.Credentials;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.RegistriesConfig;
import io.berth.imagefs.RegistryHost;
import io.berth.imagefs.RegistryHost.ClientCertificate;
import io.berth.imagefs.reference.ImageReference;
import io.berth.imagefs.testing.TestCertificate;
import io.berth.imagefs.testing.TestLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate that only it knows, as registries inside companies have. */
class TlsHostsTest {
    private final AtomicReference<String> header = new AtomicReference<>();

    private volatile boolean clientsWanted;

    @TempDir
    private Path directory;

    private HttpsServer server;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException, InterruptedException {
        TestCertificate it = TestCertificate.make(directory);
        byte[] pkcs8 = it.pkcs8();
        pem("it.crt", "CERTIFICATE", it.certificate().getEncoded());
        pem("it.key", "PRIVATE KEY", pkcs8);
        // PKCS #1 is what follows the 26 bytes of PKCS #8's header.
        pem("old.key", "RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length));

        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("it", it.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(it.keys().getKeyManagers(), trust.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            header.set(exchange.getRequestHeaders().getFirst("X-Token"));
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'{', '}'});
            exchange.close();
        });
        configure(context);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void configure(SSLContext context) {
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = context.getDefaultSSLParameters();
                wanted.setNeedClientAuth(clientsWanted);
                parameters.setSSLParameters(wanted);
            }
        });
    }

    private void pem(String file, String label, byte[] content) throws IOException {
        TestCertificate.pem(directory.resolve(file), label, content);
    }

    private byte[] manifest(boolean skipVerify, List<String> authorities, List<ClientCertificate> clients) {
        RegistryHost host = new RegistryHost(
                URI.create("https://127.0.0.1:" + server.getAddress().getPort()),
                false,
                true,
                skipVerify,
                authorities.stream().map(directory::resolve).toList(),
                clients,
                Map.of("X-Token", List.of("ahoy")));
        RegistriesConfig config = new RegistriesConfig(Map.of(), Set.of(), _ -> List.of(host));
        try (RegistryClients shared = RegistryClients.create();
                RegistrySource source = new RegistrySource(
                        ImageReference.parse("registry.example/app:1"),
                        Credentials.ANONYMOUS,
                        config,
                        TestLimits.QUICK,
                        "berth-test",
                        shared)) {
            return source.manifest("1").content();
        }
    }

    private ClientCertificate client(String key) {
        return new ClientCertificate(directory.resolve("it.crt"), directory.resolve(key));
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRefused() {
        assertThatThrownBy(() -> manifest(false, List.of(), List.of()))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("certif");
    }

    @Test
    void theAuthorityNamedForTheHostIsTrustedAndItsHeadersAreSent() {
        assertThat(manifest(false, List.of("it.crt"), List.of())).hasSize(2);
        assertThat(header).hasValue("ahoy");
    }

    @Test
    void verificationIsLeftOutWhereTheAdministratorSaysSo() {
        assertThat(manifest(true, List.of(), List.of())).hasSize(2);
    }

    @Test
    void aClientCertificateIsShown() {
        clientsWanted = true;
        assertThatThrownBy(() -> manifest(true, List.of(), List.of())).isInstanceOf(ImageException.class);
        assertThat(manifest(false, List.of("it.crt"), List.of(client("it.key"))))
                .hasSize(2);
        assertThat(manifest(true, List.of(), List.of(client("old.key")))).hasSize(2);
    }

    @Test
    void filesThatCannotBeUsedAreNamed() {
        assertThatThrownBy(() -> manifest(false, List.of("it.key"), List.of()))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.INVALID_ARGUMENT))
                .hasMessageContaining("it.key holds no certificate");
        assertThatThrownBy(() -> manifest(false, List.of(), List.of(client("it.crt"))))
                .hasMessageContaining("it.crt holds no private key");
    }
}

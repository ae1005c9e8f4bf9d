package io.berth.imagefs.registry;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.RegistryHost;
import io.berth.imagefs.RegistryHost.ClientCertificate;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS as a registry's administrator wants it: other authorities, client certificates, no verification. By BoringSSL, as
 * the virtual machine's first compiler knows no instructions for AES; by the JDK where that cannot be loaded.
 */
final class TlsContexts {
    private static final char[] NO_PASSWORD = {};
    private static final ApplicationProtocolConfig PROTOCOLS = new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);

    private TlsContexts() {}

    /**
     * Makes a context; files are read now.
     *
     * @throws ImageException of kind INVALID_ARGUMENT where a file cannot be used, naming it
     */
    static SslContext of(RegistryHost host) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient()
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .applicationProtocolConfig(PROTOCOLS);
            if (host.skipVerify()) {
                builder.trustManager(new TrustEverybody()).endpointIdentificationAlgorithm(null);
            } else {
                builder.trustManager(trust(host));
            }
            if (!host.clientCertificates().isEmpty()) {
                builder.keyManager(keys(host));
            }
            return builder.build();
        } catch (GeneralSecurityException | IOException e) {
            throw new ImageException(
                    ImageException.Kind.INVALID_ARGUMENT, "TLS settings for " + host + ": " + e.getMessage(), e);
        }
    }

    private static TrustManagerFactory trust(RegistryHost host) throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        if (host.authorities().isEmpty()) {
            return factory;
        }
        KeyStore store = empty();
        int number = 0;
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager known) {
                for (X509Certificate issuer : known.getAcceptedIssuers()) {
                    store.setCertificateEntry("machine-" + number++, issuer);
                }
            }
        }
        for (Path file : host.authorities()) {
            for (Certificate certificate : certificates(file)) {
                store.setCertificateEntry("configured-" + number++, certificate);
            }
        }
        factory.init(store);
        return factory;
    }

    private static KeyManagerFactory keys(RegistryHost host) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        int number = 0;
        for (ClientCertificate pair : host.clientCertificates()) {
            PrivateKey key = PemKeys.read(pair.key());
            Certificate[] chain = certificates(pair.certificate()).toArray(new Certificate[0]);
            store.setKeyEntry("client-" + number++, key, NO_PASSWORD, chain);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** All certificates of a file, which may hold a key too. */
    private static Collection<? extends Certificate> certificates(Path file)
            throws GeneralSecurityException, IOException {
        StringBuilder text = new StringBuilder();
        Pem.blocks(Files.readString(file), "CERTIFICATE").forEach(text::append);
        if (text.isEmpty()) {
            throw new IOException(file + " holds no certificate");
        }
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(text.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    static byte[] concatenated(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}

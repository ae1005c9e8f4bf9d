package io.berth.imagefs.registry;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.RegistryHost;
import io.berth.imagefs.RegistryHost.ClientCertificate;
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
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** TLS as a registry's administrator wants it: other authorities, client certificates, no verification. */
final class TlsContexts {
    private static final char[] NO_PASSWORD = {};

    private TlsContexts() {}

    /**
     * Makes a context; files are read now.
     *
     * @throws ImageException of kind INVALID_ARGUMENT where a file cannot be used, naming it
     */
    static SSLContext of(RegistryHost host) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(host), trust(host), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ImageException(
                    ImageException.Kind.INVALID_ARGUMENT, "TLS settings for " + host + ": " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trust(RegistryHost host) throws GeneralSecurityException, IOException {
        if (host.skipVerify()) {
            return new TrustManager[] {new TrustEverybody()};
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        if (host.authorities().isEmpty()) {
            return factory.getTrustManagers();
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
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(RegistryHost host) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        int number = 0;
        for (ClientCertificate pair : host.clientCertificates()) {
            PrivateKey key = PemKeys.read(pair.key());
            Certificate[] chain = certificates(pair.certificate()).toArray(new Certificate[0]);
            store.setKeyEntry("client-" + number++, key, NO_PASSWORD, chain);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
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

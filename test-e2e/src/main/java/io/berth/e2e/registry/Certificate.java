package io.berth.e2e.registry;

import io.berth.e2e.process.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate that signs itself, for loopback, and its key: files in PEM.
 *
 * @param certificate good for a server, for a client, and as their authority
 * @param key PKCS #8
 */
public record Certificate(Path certificate, Path key) {
    private static final String PASSWORD = "anchor";

    /** Makes one in a directory. */
    public static Certificate in(Path directory) {
        try {
            Files.createDirectories(directory);
            Path store = directory.resolve("store.p12");
            Files.deleteIfExists(store);
            Command.output(
                    Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-alias",
                    "it",
                    "-dname",
                    "CN=it",
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-ext",
                    "bc=ca:true",
                    "-keystore",
                    store.toString(),
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            return new Certificate(
                    pem(
                            directory.resolve("it.crt"),
                            "CERTIFICATE",
                            keys.getCertificate("it").getEncoded()),
                    pem(
                            directory.resolve("it.key"),
                            "PRIVATE KEY",
                            keys.getKey("it", PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Path pem(Path file, String label, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(file, "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
    }
}

package io.berth.imagefs.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Private keys in PEM files. */
final class PemKeys {
    /** Version 0 and the algorithm identifier of RSA, as PKCS #8 has them before the key. */
    private static final byte[] RSA_HEADER = {
        2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
    };

    private PemKeys() {}

    static PrivateKey read(Path file) throws GeneralSecurityException, IOException {
        String text = Files.readString(file);
        List<String> pkcs8 = Pem.blocks(text, "PRIVATE KEY");
        if (!pkcs8.isEmpty()) {
            return key(file, decoded(pkcs8.getFirst()));
        }
        List<String> rsa = Pem.blocks(text, "RSA PRIVATE KEY");
        if (!rsa.isEmpty()) {
            return key(file, wrapped(decoded(rsa.getFirst())));
        }
        throw new IOException(
                file + " holds no private key that can be read: convert it with openssl pkcs8 -topk8 -nocrypt");
    }

    private static PrivateKey key(Path file, byte[] encoded) throws GeneralSecurityException, IOException {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException _) {
                // of another algorithm
            }
        }
        throw new IOException(file + " holds a private key that is neither RSA nor EC nor EdDSA");
    }

    private static byte[] decoded(String block) {
        return Base64.getMimeDecoder().decode(block.replaceAll("-----[^-]*-----", ""));
    }

    private static byte[] wrapped(byte[] rsa) {
        byte[] inner = TlsContexts.concatenated(RSA_HEADER, tagged(4, rsa));
        return tagged(0x30, inner);
    }

    /** A value of DER with its tag and length. */
    private static byte[] tagged(int tag, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = value.length;
        if (length < 128) {
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(value);
        return out.toByteArray();
    }
}

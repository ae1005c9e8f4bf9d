package io.berth.imagefs.content;

import io.berth.imagefs.ImageException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content digest, {@code sha256:…} or {@code sha512:…} (OCI image specification, descriptor.md).
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex lower-case hexadecimal
 */
public record Digest(String algorithm, String hex) {
    static final String SHA256 = "sha256";
    private static final String SHA512 = "sha512";

    /**
     * Reads a digest.
     *
     * @throws ImageException of kind INVALID_CONTENT where it is none, or of another algorithm
     */
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        String algorithm = colon < 0 ? "" : text.substring(0, colon);
        int length = switch (algorithm) {
            case SHA256 -> 64;
            case SHA512 -> 128;
            default -> -1;
        };
        if (length < 0 || text.length() != algorithm.length() + 1 + length || !isHex(text, colon + 1)) {
            throw new ImageException(
                    ImageException.Kind.INVALID_CONTENT,
                    "\"" + Texts.shortened(text) + "\" is not a digest (want sha256: or sha512: and lower-case hex)");
        }
        return new Digest(algorithm, text.substring(colon + 1));
    }

    /** The SHA-256 digest of some bytes. */
    public static Digest of(byte[] content) {
        return of(SHA256, newMessageDigest(SHA256).digest(content));
    }

    /** Wraps what a hash function gave. */
    public static Digest of(String algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    /** A hash function of this digest's algorithm. */
    public MessageDigest newMessageDigest() {
        return newMessageDigest(algorithm);
    }

    /** Whether it is what some bytes hash to. */
    public boolean matches(byte[] content) {
        return equals(of(algorithm, newMessageDigest().digest(content)));
    }

    private static MessageDigest newMessageDigest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.equals(SHA512) ? "SHA-512" : "SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-2", e);
        }
    }

    private static boolean isHex(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (!digit && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}

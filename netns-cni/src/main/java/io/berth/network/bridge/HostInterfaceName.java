package io.berth.network.bridge;

import io.berth.network.NetworkException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of a pod's link on the host: {@code bth} and twelve hexadecimal digits, which is all that a name may be
 * long.
 */
final class HostInterfaceName {
    private static final String PREFIX = "bth";
    private static final int DIGITS = 12;
    private static final int LONGEST_ID = 128;

    private HostInterfaceName() {}

    /** The sandbox id's first digits, so that a person finds the pod; a digest's for ids of another form. */
    static String of(String sandboxId) {
        if (!isSandboxId(sandboxId)) {
            throw new NetworkException(
                    NetworkException.Kind.INVALID_ARGUMENT,
                    "attach sandbox",
                    "\"" + sandboxId + "\"",
                    "not a sandbox id: use up to 128 letters, digits, _ . and -");
        }
        return PREFIX + (startsWithDigits(sandboxId) ? sandboxId : digest(sandboxId)).substring(0, DIGITS);
    }

    private static boolean isSandboxId(String text) {
        if (text.isEmpty() || text.length() > LONGEST_ID || !isLetterOrDigit(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            if (!isLetterOrDigit(text.charAt(i)) && "_.-".indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWithDigits(String sandboxId) {
        for (int i = 0; i < DIGITS; i++) {
            if (i == sandboxId.length() || "0123456789abcdef".indexOf(sandboxId.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9');
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

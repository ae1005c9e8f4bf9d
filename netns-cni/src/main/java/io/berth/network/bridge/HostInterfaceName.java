package io.berth.network.bridge;

import io.berth.network.NetworkException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of a pod's link on the host: {@code bth} and twelve hexadecimal digits, which is all that a name may be
 * long.
 */
final class HostInterfaceName {
    private static final String PREFIX = "bth";
    private static final int DIGITS = 12;
    private static final Pattern HEXADECIMAL = Pattern.compile("[0-9a-f]{" + DIGITS + ",}");
    private static final Pattern SANDBOX_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    private HostInterfaceName() {}

    /** The sandbox id's first digits, so that a person finds the pod; a digest's for ids of another form. */
    static String of(String sandboxId) {
        if (!SANDBOX_ID.matcher(sandboxId).matches()) {
            throw new NetworkException(
                    NetworkException.Kind.INVALID_ARGUMENT,
                    "attach sandbox",
                    "\"" + sandboxId + "\"",
                    "not a sandbox id: use up to 128 letters, digits, _ . and -");
        }
        return PREFIX + (HEXADECIMAL.matcher(sandboxId).matches() ? sandboxId : digest(sandboxId)).substring(0, DIGITS);
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

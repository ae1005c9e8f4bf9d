package io.berth.imagefs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a caller may show to one registry.
 *
 * <p>Credentials go to the registry that the reference names and to the token server that this registry names, and to
 * nobody else: not to mirrors, not to redirect targets. Where {@link #serverAddress} is set and is another host, they
 * are not used at all. Their text forms hide the secrets.
 */
public sealed interface Credentials {
    /** Nothing to show. */
    Credentials ANONYMOUS = new Anonymous();

    /**
     * The registry they are for, as the Docker configuration writes it ({@code https://index.docker.io/v1/},
     * {@code registry.example:5000}); empty: the one that the reference names.
     */
    String serverAddress();

    /** Nothing to show. */
    record Anonymous() implements Credentials {
        @Override
        public String serverAddress() {
            return "";
        }
    }

    /** A user name and password, for basic authentication or the token server. */
    record Basic(String username, String password, String serverAddress) implements Credentials {
        /** Reads Docker's {@code auth}, the base64 of {@code USERNAME:PASSWORD}; empty where it is something else. */
        public static Optional<Credentials> decoded(String encoded, String serverAddress) {
            String pair;
            try {
                pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
            int colon = pair.indexOf(':');
            if (colon < 0) {
                return Optional.empty();
            }
            // Docker pads its own encoding with NULs.
            String password = pair.substring(colon + 1).replaceAll("\0+$", "");
            return Optional.of(new Basic(pair.substring(0, colon), password, serverAddress));
        }

        @Override
        public String toString() {
            return "Basic[username=" + username + ", serverAddress=" + serverAddress + "]";
        }
    }

    /** A refresh token, exchanged at the token server for an access token (OAuth 2). */
    record IdentityToken(String token, String serverAddress) implements Credentials {
        @Override
        public String toString() {
            return "IdentityToken[serverAddress=" + serverAddress + "]";
        }
    }

    /** A bearer token for the registry itself. */
    record RegistryToken(String token, String serverAddress) implements Credentials {
        @Override
        public String toString() {
            return "RegistryToken[serverAddress=" + serverAddress + "]";
        }
    }
}

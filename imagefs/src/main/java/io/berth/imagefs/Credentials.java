package io.berth.imagefs;

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

package io.berth.imagefs.registry;

import io.berth.imagefs.Credentials;
import io.berth.imagefs.ImageException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one endpoint is shown for one repository: worked out at its first challenge, and kept. Any thread. */
final class Authenticator {
    private final Endpoint endpoint;
    private final String scope;
    private final TokenEndpoint tokens;
    private @Nullable String authorization;

    Authenticator(Endpoint endpoint, String repository, TokenEndpoint tokens) {
        this.endpoint = endpoint;
        this.scope = "repository:" + repository + ":pull";
        this.tokens = tokens;
        this.authorization = endpoint.credentials() instanceof Credentials.RegistryToken registryToken
                ? "Bearer " + registryToken.token()
                : null;
    }

    /** The header to send, or null before the first challenge. */
    synchronized @Nullable String authorization() {
        return authorization;
    }

    /**
     * Answers a challenge.
     *
     * @param refused the header that did not do, so that threads that come late find that another has already answered
     * @return false where there is nothing (more) to show
     */
    synchronized boolean answer(List<Challenge> challenges, @Nullable String refused) {
        if (authorization != null && !authorization.equals(refused)) {
            return true;
        }
        if (endpoint.credentials() instanceof Credentials.RegistryToken) {
            return false;
        }
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                authorization = "Bearer " + tokens.fetch(endpoint, challenge, scope);
                return true;
            }
        }
        boolean basic =
                challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
        if (basic && refused == null && endpoint.credentials() instanceof Credentials.Basic credentials) {
            authorization = basicHeader(credentials);
            return true;
        }
        return false;
    }

    /** The header of basic authentication (RFC 7617). */
    static String basicHeader(Credentials.Basic credentials) {
        if (credentials.username().indexOf(':') >= 0) {
            throw new ImageException(
                    ImageException.Kind.INVALID_ARGUMENT, "registry credentials: a user name cannot hold a colon");
        }
        String pair = credentials.username() + ":" + credentials.password();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}

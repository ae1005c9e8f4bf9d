package io.berth.imagefs.registry;

import io.berth.imagefs.Credentials;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.RegistryCredentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one endpoint is shown for one repository: kept from an earlier pull, or worked out at a challenge. What the
 * caller gave for it goes before what lies on this node. Any thread.
 */
final class Authenticator {
    private final Endpoint endpoint;
    private final String repository;
    private final RegistryCredentials stored;
    private final String scope;
    private final TokenEndpoint tokens;
    private final TokenCache kept;
    private @Nullable String authorization;
    private @Nullable Credentials credentials;

    Authenticator(
            Endpoint endpoint, String repository, TokenEndpoint tokens, RegistryCredentials stored, TokenCache kept) {
        this.endpoint = endpoint;
        this.repository = repository;
        this.stored = stored;
        this.scope = "repository:" + repository + ":pull";
        this.tokens = tokens;
        this.kept = kept;
        this.authorization = endpoint.credentials() instanceof Credentials.RegistryToken registryToken
                ? bearer(registryToken)
                : kept.find(endpoint, scope);
    }

    private static String bearer(Credentials.RegistryToken registryToken) {
        return "Bearer " + registryToken.token();
    }

    /** What is shown here; looked for on this node only when the endpoint has asked. */
    private Credentials credentials() {
        Credentials known = credentials;
        if (known == null) {
            known = endpoint.credentials() instanceof Credentials.Anonymous
                    ? stored.of(Hosts.ofServerAddress(Hosts.authority(endpoint.base())), repository)
                    : endpoint.credentials();
            credentials = known;
        }
        return known;
    }

    /** Whether it had something to show when it was asked. */
    synchronized boolean hasShown() {
        return credentials != null && !(credentials instanceof Credentials.Anonymous);
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
        if (credentials() instanceof Credentials.RegistryToken registryToken) {
            authorization = bearer(registryToken);
            return !authorization.equals(refused);
        }
        for (Challenge challenge : challenges) {
            if (challenge.scheme().equals("bearer")) {
                Token token = tokens.fetch(endpoint, credentials(), challenge, scope);
                authorization = "Bearer " + token.text();
                kept.keep(endpoint, scope, authorization, token.lifetime());
                return true;
            }
        }
        boolean basic =
                challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
        if (basic && refused == null && credentials() instanceof Credentials.Basic basicCredentials) {
            authorization = basicHeader(basicCredentials);
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

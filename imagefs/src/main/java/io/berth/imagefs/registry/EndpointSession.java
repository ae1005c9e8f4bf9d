package io.berth.imagefs.registry;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.RegistryCredentials;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Requests to one endpoint for one repository, authenticated as it asks. */
final class EndpointSession {
    private static final int AUTHENTICATION_ROUNDS = 3;

    private final Endpoint endpoint;
    private final String repository;
    private final Transport transport;
    private final Authenticator authenticator;

    EndpointSession(
            Endpoint endpoint, String repository, Transport transport, RegistryCredentials stored, TokenCache tokens) {
        this.endpoint = endpoint;
        this.repository = repository;
        this.transport = transport;
        this.authenticator = new Authenticator(endpoint, repository, new TokenEndpoint(transport), stored, tokens);
    }

    /**
     * Gets something of the repository.
     *
     * @param path such as {@code manifests/latest}
     * @return a successful answer; everything else is thrown
     */
    Answer get(String path, String accept, String what) {
        return get(path, accept, ByteRange.ALL, what);
    }

    /** As {@link #get(String, String, String)}, a range where the registry knows them (status 206). */
    Answer get(String path, String accept, ByteRange range, String what) {
        URI uri = endpoint.resolve(repository + "/" + path);
        for (int round = 1; ; round++) {
            String authorization = authenticator.authorization();
            Answer answer = transport.get(uri, accept, authorization, range, what);
            if (answer.isSuccess()) {
                return answer;
            }
            if (answer.status() != 401 || round == AUTHENTICATION_ROUNDS || !Hosts.sameOrigin(uri, answer.uri())) {
                throw explained(answer, what);
            }
            var challenges = Challenge.parse(answer.headers().getAll("WWW-Authenticate"));
            if (!authenticator.answer(challenges, authorization)) {
                throw explained(answer, what);
            }
            answer.close();
        }
    }

    /** Whether it may say what a tag stands for. */
    boolean resolves() {
        return endpoint.host().resolves();
    }

    String authority() {
        return Hosts.authority(endpoint.base());
    }

    private ImageException explained(Answer answer, String what) {
        ImageException failure = answer.failure(what);
        String hint = hint(failure.kind());
        return hint == null ? failure : new ImageException(failure.kind(), failure.getMessage() + hint, failure);
    }

    private @Nullable String hint(ImageException.Kind kind) {
        if (kind != ImageException.Kind.UNAUTHENTICATED) {
            return null;
        }
        return authenticator.hasShown()
                ? "; the credentials given for this host do not do"
                : "; no credentials were given for this host, and the repository may not exist";
    }
}

package io.berth.imagefs.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.imagefs.Credentials;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.BoundedJson;
import io.berth.imagefs.content.Texts;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The token server that a registry's bearer challenge names (distribution specification, token and OAuth 2 flavours).
 */
final class TokenEndpoint {
    private static final int LONGEST_ANSWER = 1 << 20;
    private static final String CLIENT = "berth";

    private final Transport transport;

    TokenEndpoint(Transport transport) {
        this.transport = transport;
    }

    /**
     * Gets an access token.
     *
     * @param registry the endpoint that made the challenge: an HTTPS registry must name an HTTPS token server
     * @param credentials what may be shown for that endpoint
     * @param scope asked for where the challenge has none
     */
    Token fetch(Endpoint registry, Credentials credentials, Challenge challenge, String scope) {
        String what = "token for " + Hosts.authority(registry.base());
        URI realm = realm(challenge, what);
        if (registry.base().getScheme().equals("https") && !"https".equals(realm.getScheme())) {
            throw new ImageException(
                    ImageException.Kind.UNAUTHENTICATED,
                    what + ": the registry wants credentials sent to " + realm.getHost() + " over plain HTTP; refused");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        if (!challenge.parameter("service").isEmpty()) {
            parameters.put("service", challenge.parameter("service"));
        }
        parameters.put("scope", challenge.parameter("scope").isEmpty() ? scope : challenge.parameter("scope"));
        try (Answer answer = ask(realm, parameters, credentials, what)) {
            if (!answer.isSuccess()) {
                throw refused(answer, what);
            }
            return token(answer.readAll(LONGEST_ANSWER, what), what);
        }
    }

    private Answer ask(URI realm, Map<String, String> parameters, Credentials credentials, String what) {
        return switch (credentials) {
            case Credentials.IdentityToken identity -> {
                parameters.put("grant_type", "refresh_token");
                parameters.put("client_id", CLIENT);
                parameters.put("refresh_token", identity.token());
                yield transport.post(realm, encoded(parameters), what);
            }
            case Credentials.Basic basic ->
                transport.get(
                        withQuery(realm, encoded(parameters)),
                        "application/json",
                        Authenticator.basicHeader(basic),
                        what);
            case Credentials.Anonymous _, Credentials.RegistryToken _ ->
                transport.get(withQuery(realm, encoded(parameters)), "application/json", null, what);
        };
    }

    private static URI realm(Challenge challenge, String what) {
        try {
            URI realm = URI.create(challenge.parameter("realm"));
            if (realm.getHost() == null) {
                throw new IllegalArgumentException("no host");
            }
            return realm;
        } catch (IllegalArgumentException e) {
            throw new ImageException(
                    ImageException.Kind.UNAUTHENTICATED,
                    what + ": the registry names \"" + Texts.shortened(challenge.parameter("realm"))
                            + "\" as its token server, which is no URL",
                    e);
        }
    }

    private static Token token(byte[] json, String what) {
        JsonNode root = BoundedJson.readObject(json, what);
        String token = root.path("token").asText("");
        if (token.isEmpty()) {
            token = root.path("access_token").asText("");
        }
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new ImageException(
                    ImageException.Kind.UNAUTHENTICATED, what + ": the token server's answer holds no usable token");
        }
        return new Token(token, Token.lifetime(root.path("expires_in").asLong(0)));
    }

    /** A token server says 400 or 401 for bad credentials, depending on its flavour. */
    private static ImageException refused(Answer answer, String what) {
        ImageException failure = answer.failure(what);
        return answer.status() == 400 || answer.status() == 403
                ? new ImageException(ImageException.Kind.UNAUTHENTICATED, String.valueOf(failure.getMessage()), failure)
                : failure;
    }

    private static URI withQuery(URI uri, String query) {
        String base = uri.toString().replaceFirst("#.*", "");
        return URI.create(base + (uri.getRawQuery() == null ? "?" : "&") + query);
    }

    private static String encoded(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}

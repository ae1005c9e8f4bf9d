package io.berth.imagefs.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.imagefs.Credentials;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.RegistryCredentials;
import io.berth.imagefs.content.BoundedJson;
import io.berth.imagefs.registry.Hosts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of the kind that {@code docker login} writes ({@code config.json}): {@code credHelpers} for single hosts, then
 * the {@code credsStore}, then what stands in {@code auths}. Keys may have a scheme and Docker's {@code /v1/}; another
 * path narrows them to repositories below it, and the longest that fits is taken. Read anew at each look. Any thread.
 */
public final class DockerCredentials implements RegistryCredentials {
    private static final int LARGEST_FILE = 1 << 20;
    private static final String DOCKER_HUB_ADDRESS = "https://index.docker.io/v1/";

    private final Path file;
    private final CredentialHelpers helpers;

    /** @param file need not be there */
    public DockerCredentials(Path file, CredentialHelpers helpers) {
        this.file = file;
        this.helpers = helpers;
    }

    @Override
    public Credentials of(String host, String repository) {
        JsonNode root = read();
        if (root == null) {
            return Credentials.ANONYMOUS;
        }
        Map.@Nullable Entry<String, JsonNode> stored = fitting(root.path("auths"), host, repository);
        Map.@Nullable Entry<String, JsonNode> own = fitting(root.path("credHelpers"), host, repository);
        String helper = own == null
                ? root.path("credsStore").asText("")
                : own.getValue().asText("");
        if (!helper.isEmpty()) {
            String address = stored == null ? address(host) : stored.getKey();
            Optional<Credentials> given = helpers.ask(helper, address, host);
            if (given.isPresent()) {
                return given.get();
            }
        }
        return stored == null ? Credentials.ANONYMOUS : stored(stored.getKey(), stored.getValue(), host);
    }

    private @Nullable JsonNode read() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] json = in.readNBytes(LARGEST_FILE + 1);
            if (json.length > LARGEST_FILE) {
                throw unusable("it is larger than " + LARGEST_FILE + " bytes", null);
            }
            return BoundedJson.readObject(json, file.toString());
        } catch (NoSuchFileException _) {
            return null;
        } catch (IOException e) {
            throw unusable(e.toString(), e);
        }
    }

    /** The entry for a host whose path is the longest that the repository begins with. */
    private static Map.@Nullable Entry<String, JsonNode> fitting(JsonNode entries, String host, String repository) {
        Map.Entry<String, JsonNode> best = null;
        int longest = -1;
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            String path = pathOf(entry.getKey());
            boolean fits = path.isEmpty() || repository.equals(path) || repository.startsWith(path + "/");
            if (fits
                    && path.length() > longest
                    && Hosts.ofServerAddress(entry.getKey()).equals(host)) {
                best = entry;
                longest = path.length();
            }
        }
        return best;
    }

    private static String pathOf(String key) {
        String rest = key.trim().replaceFirst("^[a-zA-Z]+://", "");
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "" : rest.substring(slash + 1).replaceFirst("/+$", "");
        return path.equals("v1") || path.equals("v2") ? "" : path;
    }

    /** What Docker tells helpers of a host that it has no entry for. */
    private static String address(String host) {
        return host.equals(Hosts.DOCKER_HUB) ? DOCKER_HUB_ADDRESS : host;
    }

    private Credentials stored(String key, JsonNode entry, String host) {
        String identity = entry.path("identitytoken").asText("");
        if (!identity.isEmpty()) {
            return new Credentials.IdentityToken(identity, host);
        }
        String token = entry.path("registrytoken").asText("");
        if (!token.isEmpty()) {
            return new Credentials.RegistryToken(token, host);
        }
        String username = entry.path("username").asText("");
        String password = entry.path("password").asText("");
        if (!username.isEmpty() || !password.isEmpty()) {
            return new Credentials.Basic(username, password, host);
        }
        String encoded = entry.path("auth").asText("");
        if (encoded.isEmpty()) {
            return Credentials.ANONYMOUS;
        }
        return Credentials.Basic.decoded(encoded, host)
                .orElseThrow(() -> unusable("\"auth\" of " + key + " is not the base64 of USERNAME:PASSWORD", null));
    }

    private ImageException unusable(String why, @Nullable Throwable cause) {
        return new ImageException(
                ImageException.Kind.INVALID_ARGUMENT, "registry credentials in " + file + ": " + why, cause);
    }
}

package io.berth.imagefs.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.imagefs.Credentials;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.BoundedJson;
import io.berth.imagefs.content.Texts;
import io.berth.imagefs.program.Program;
import io.berth.imagefs.registry.Hosts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Docker's credential helpers: programs {@code docker-credential-NAME} that are told a server's address on standard
 * input and answer with JSON. What they say of another host than the one that was asked for is not used. Any thread.
 */
public final class CredentialHelpers {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    /** By which a helper says that the secret is a refresh token. */
    private static final String TOKEN_USER = "<token>";

    private static final String NOT_FOUND = "credentials not found";

    private final @Nullable Path directory;
    private final Duration deadline;

    /** @param directory where the programs are; null: on the daemon's PATH */
    public CredentialHelpers(@Nullable Path directory) {
        this(directory, DEADLINE);
    }

    CredentialHelpers(@Nullable Path directory, Duration deadline) {
        this.directory = directory;
        this.deadline = deadline;
    }

    /**
     * Asks one helper.
     *
     * @param name without {@code docker-credential-}
     * @param address what the helper knows the server by
     * @param host what the answer must be for
     * @return empty where it knows of none
     * @throws ImageException where it cannot be run, fails, or takes too long
     */
    Optional<Credentials> ask(String name, String address, String host) {
        String what = "credential helper " + Texts.shortened(name) + " for " + host;
        if (!NAME.matcher(name).matches()) {
            throw failure(what, "is not the name of a program");
        }
        String file = "docker-credential-" + name;
        Program.Result result = new Program(
                        directory == null ? file : directory.resolve(file).toString(),
                        what,
                        deadline,
                        ImageException.Kind.UNAUTHENTICATED)
                .run(address.getBytes(StandardCharsets.UTF_8), "get");
        if (result.status() != 0) {
            String said = new String(result.output(), StandardCharsets.UTF_8).trim();
            if (said.startsWith(NOT_FOUND)) {
                return Optional.empty();
            }
            throw failure(what, "ended with status " + result.status() + ": " + Texts.shortened(said));
        }
        return Optional.of(read(result.output(), host, what));
    }

    private static Credentials read(byte[] output, String host, String what) {
        JsonNode answer;
        try {
            answer = BoundedJson.readObject(output, "its answer");
        } catch (ImageException e) {
            // What it printed may hold a secret: the message must not.
            throw failure(what, "answered with something that is no JSON object");
        }
        String server = Hosts.ofServerAddress(answer.path("ServerURL").asText(""));
        if (!server.isEmpty() && !server.equals(host)) {
            throw failure(what, "answered for " + Texts.shortened(server));
        }
        String username = answer.path("Username").asText("");
        String secret = answer.path("Secret").asText("");
        if (username.isEmpty() && secret.isEmpty()) {
            return Credentials.ANONYMOUS;
        }
        return username.equals(TOKEN_USER)
                ? new Credentials.IdentityToken(secret, host)
                : new Credentials.Basic(username, secret, host);
    }

    private static ImageException failure(String what, String why) {
        return new ImageException(ImageException.Kind.UNAUTHENTICATED, what + ": it " + why);
    }
}

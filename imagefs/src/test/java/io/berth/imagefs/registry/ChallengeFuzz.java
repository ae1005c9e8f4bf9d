package io.berth.imagefs.registry;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads any text as what registries say in headers: it is understood or passed over, and never fails. */
public final class ChallengeFuzz {
    private ChallengeFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String header = new String(data, StandardCharsets.ISO_8859_1);
        List<Challenge> challenges = Challenge.parse(List.of(header, header));
        if (challenges.size() > 2 * header.length()) {
            throw new IllegalStateException(challenges.size() + " challenges in " + header.length() + " characters");
        }
        for (Challenge challenge : challenges) {
            if (challenge.scheme().isEmpty() || challenge.parameter("realm").length() > header.length()) {
                throw new IllegalStateException("a challenge from nowhere: " + challenge);
            }
        }
        if (RetryAfter.parse(header).isNegative()) {
            throw new IllegalStateException("a pause into the past");
        }
        Hosts.ofServerAddress(header);
    }
}

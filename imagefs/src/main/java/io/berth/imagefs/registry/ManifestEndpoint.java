package io.berth.imagefs.registry;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.ImageSource.FetchedManifest;
import io.berth.imagefs.content.MediaTypes;

/** {@code GET /v2/NAME/manifests/REFERENCE}. */
final class ManifestEndpoint {
    private final int limit;

    ManifestEndpoint(int limit) {
        this.limit = limit;
    }

    FetchedManifest fetch(EndpointSession session, String tagOrDigest, String what) {
        try (Answer answer = session.get("manifests/" + tagOrDigest, MediaTypes.ACCEPTED_MANIFESTS, what)) {
            byte[] content = answer.readAll(limit, what);
            String announced = answer.header("Docker-Content-Digest");
            if (!announced.isEmpty() && !Digest.parse(announced).matches(content)) {
                throw new ImageException(
                        ImageException.Kind.CORRUPT_CONTENT,
                        what + ": " + session.authority() + " sent a manifest that is not the " + announced
                                + " that it announced");
            }
            return new FetchedManifest(content, mediaType(answer));
        }
    }

    private static String mediaType(Answer answer) {
        String type = answer.header("Content-Type");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).trim();
    }
}

package io.berth.imagefs.registry;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.ContentDescriptor;
import java.io.InputStream;

/** {@code GET /v2/NAME/blobs/DIGEST}. */
final class BlobEndpoint {
    /** Opens a blob's body. An announced length that is not the manifest's ends it before the first byte. */
    InputStream open(EndpointSession session, ContentDescriptor descriptor, String what) {
        Answer answer = session.get("blobs/" + descriptor.digest(), "application/octet-stream, */*", what);
        long announced = answer.headers().firstValueAsLong("Content-Length").orElse(descriptor.size());
        if (announced != descriptor.size()) {
            answer.close();
            throw new ImageException(
                    ImageException.Kind.CORRUPT_CONTENT,
                    what + ": " + session.authority() + " has " + announced + " bytes where the manifest says "
                            + descriptor.size());
        }
        return answer.body();
    }
}

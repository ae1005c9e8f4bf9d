package io.berth.imagefs.registry;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.http.ResponseBody;
import java.io.IOException;

/** {@code GET /v2/NAME/blobs/DIGEST}. */
final class BlobEndpoint {
    private static final String ANY = "application/octet-stream, */*";

    /**
     * Opens a blob's body. An announced length that is not the manifest's ends it before the first byte.
     *
     * @param offset where to begin; a registry that does not know of ranges sends all, which is read over
     */
    ResponseBody open(EndpointSession session, ContentDescriptor descriptor, long offset, String what) {
        Answer answer = session.get("blobs/" + descriptor.digest(), ANY, offset, what);
        boolean partial = answer.status() == 206;
        long from = partial ? offset : 0;
        long wanted = descriptor.size() - from;
        long announced = length(answer, wanted);
        if (announced != wanted) {
            answer.close();
            throw corrupt(what + ": " + session.authority() + " has " + (announced + from)
                    + " bytes where the manifest says " + descriptor.size());
        }
        if (partial && !answer.header("Content-Range").startsWith("bytes " + offset + "-")) {
            answer.close();
            throw corrupt(what + ": " + session.authority() + " sent \"" + answer.header("Content-Range")
                    + "\" where bytes from " + offset + " on were asked for");
        }
        try {
            answer.body().skipNBytes(offset - from);
            return answer.body();
        } catch (IOException e) {
            answer.close();
            throw Transport.broken(what, answer.uri(), e);
        }
    }

    private static long length(Answer answer, long otherwise) {
        String announced = answer.header("Content-Length");
        return announced.matches("[0-9]{1,18}") ? Long.parseLong(announced) : otherwise;
    }

    private static ImageException corrupt(String message) {
        return new ImageException(ImageException.Kind.CORRUPT_CONTENT, message);
    }
}

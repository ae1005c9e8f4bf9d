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
     * @param range what of it; a registry that does not know of ranges sends all, of which what comes before is read
     *     over, and which does not do where the range has an end (UNSUPPORTED)
     */
    ResponseBody open(EndpointSession session, ContentDescriptor descriptor, ByteRange range, String what) {
        Answer answer = session.get("blobs/" + descriptor.digest(), ANY, range, what);
        boolean partial = answer.status() == 206;
        if (!partial && range.end() != ByteRange.OPEN) {
            answer.close();
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED, what + ": " + session.authority() + " does not send ranges");
        }
        long from = partial ? range.from() : 0;
        long wanted = Math.min(range.end(), descriptor.size()) - from;
        long announced = length(answer, wanted);
        if (announced != wanted) {
            answer.close();
            throw corrupt(what + ": " + session.authority() + " has " + (announced + from)
                    + " bytes where the manifest says " + (wanted + from));
        }
        if (partial && !answer.header("Content-Range").startsWith("bytes " + from + "-")) {
            answer.close();
            throw corrupt(what + ": " + session.authority() + " sent \"" + answer.header("Content-Range")
                    + "\" where bytes from " + from + " on were asked for");
        }
        try {
            answer.body().skipNBytes(range.from() - from);
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

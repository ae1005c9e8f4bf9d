package io.berth.imagefs.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.BoundedJson;
import io.berth.imagefs.content.Texts;
import io.berth.imagefs.http.ResponseBody;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.URI;

/**
 * A registry's answer, its body not yet read. Closing it gives up what has not come of it.
 *
 * @param uri where it came from in the end
 */
record Answer(URI uri, int status, HttpHeaders headers, ResponseBody body) implements AutoCloseable {
    private static final int LONGEST_ERROR = 64 << 10;

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** A header's first value, or empty. */
    String header(String name) {
        return headers.get(name, "");
    }

    /**
     * Reads the whole body and closes.
     *
     * @param limit bytes; more is an error of kind LIMIT_EXCEEDED
     */
    byte[] readAll(int limit, String what) {
        try (body) {
            byte[] content = body.readNBytes(limit + 1);
            if (content.length > limit) {
                throw new ImageException(
                        ImageException.Kind.LIMIT_EXCEEDED, what + ": the answer is longer than " + limit + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw Transport.broken(what, uri, e);
        }
    }

    /** The failure that an unsuccessful answer stands for. Closes it. */
    ImageException failure(String what) {
        String detail = describe();
        String message = what + ": " + Hosts.authority(uri) + " answered " + status + detail;
        return switch (status) {
            case 401 -> new ImageException(ImageException.Kind.UNAUTHENTICATED, message);
            case 403 -> new ImageException(ImageException.Kind.PERMISSION_DENIED, message);
            case 404 -> new ImageException(ImageException.Kind.NOT_FOUND, message);
            case 429 -> new ImageException(ImageException.Kind.RATE_LIMITED, message);
            default -> new ImageException(ImageException.Kind.UNAVAILABLE, message);
        };
    }

    /** The first error of the distribution specification's error document, where the body is one. */
    private String describe() {
        try (body) {
            byte[] content = body.readNBytes(LONGEST_ERROR);
            JsonNode error =
                    BoundedJson.readObject(content, "error").path("errors").path(0);
            String code = error.path("code").asText("");
            String text = error.path("message").asText("");
            return code.isEmpty() && text.isEmpty() ? "" : " (" + Texts.shortened(code + ": " + text) + ")";
        } catch (IOException | ImageException _) {
            return "";
        }
    }

    @Override
    public void close() {
        body.close();
    }
}

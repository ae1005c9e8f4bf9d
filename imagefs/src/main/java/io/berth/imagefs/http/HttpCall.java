package io.berth.imagefs.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;

/**
 * One request.
 *
 * @param uri absolute, {@code http} or {@code https}
 * @param headers without {@code Host} and {@code Content-Length}
 * @param content the body; empty where the method has none
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record HttpCall(HttpMethod method, URI uri, HttpHeaders headers, byte[] content) {
    private static final byte[] NOTHING = {};

    /** A GET request. */
    public static HttpCall get(URI uri, HttpHeaders headers) {
        return new HttpCall(HttpMethod.GET, uri, headers, NOTHING);
    }

    /** Whether sending it twice is as good as sending it once. */
    boolean isRepeatable() {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    /** As it is written to a connection. */
    FullHttpRequest message(Route route) {
        HttpHeaders all = new DefaultHttpHeaders().set(headers);
        all.set(HttpHeaderNames.HOST, route.authority());
        Proxy proxy = route.proxy();
        if (proxy != null && route.isForwarded() && !proxy.credentials().isEmpty()) {
            all.set(HttpHeaderNames.PROXY_AUTHORIZATION, proxy.credentials());
        }
        if (content.length > 0) {
            all.set(HttpHeaderNames.CONTENT_LENGTH, content.length);
        }
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                method,
                target(route),
                Unpooled.wrappedBuffer(content),
                all,
                new DefaultHttpHeaders());
    }

    /** A proxy is told the whole URL where it has to fetch it, and nothing where it only connects. */
    private String target(Route route) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return (route.isForwarded() ? "http://" + route.authority() : "") + path + query;
    }
}

package io.berth.imagefs.http;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.proxy.ProxyConnectException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;

/** What goes wrong with connections, in words for a person. */
final class Failures {
    private static final String PROXY_STATUS = "status: ";

    private Failures() {}

    static IOException of(Throwable cause) {
        if (cause instanceof DecoderException && cause.getCause() != null) {
            return of(cause.getCause());
        }
        IOException told = switch (cause) {
            case ConnectTimeoutException _ -> new SocketTimeoutException("no connection in time");
            case ProxyConnectException _ -> new ConnectException(refusal(cause));
            case ConnectException _ -> new ConnectException(reason(cause));
            case SSLException _ -> new IOException(root(cause));
            case IOException known when known.getMessage() != null -> known;
            default ->
                new IOException(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
        };
        if (!told.equals(cause) && told.getCause() == null) {
            told.initCause(cause);
        }
        return told;
    }

    /** The proxy's words alone. */
    private static String refusal(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        int status = message.indexOf(PROXY_STATUS);
        return "the proxy does not connect: "
                + (status < 0 ? message : "it answered " + message.substring(status + PROXY_STATUS.length()));
    }

    /** The kernel's words alone: where it was is said elsewhere. */
    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        for (String known : new String[] {"Connection refused", "No route to host", "Network is unreachable"}) {
            if (message.contains(known)) {
                return known.toLowerCase(java.util.Locale.ROOT);
            }
        }
        return message;
    }

    /** TLS engines tell why in what lies deepest. */
    private static String root(Throwable cause) {
        Throwable deepest = cause;
        for (int i = 0; i < 20 && deepest.getCause() != null; i++) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? String.valueOf(cause.getMessage()) : deepest.getMessage();
    }
}

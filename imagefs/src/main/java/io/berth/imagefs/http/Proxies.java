package io.berth.imagefs.http;

import java.net.ConnectException;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that the environment names, as other runtimes read it: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and
 * {@code NO_PROXY} (hosts, domains, {@code *}), in capitals or not. This machine itself is never asked by way of a
 * proxy.
 *
 * @param environment the variables
 */
public record Proxies(Map<String, String> environment) {
    public Proxies {
        environment = Map.copyOf(environment);
    }

    /** Those of this process. */
    public static Proxies ofProcess() {
        return new Proxies(System.getenv());
    }

    /**
     * The proxy for a URL; null where there is none.
     *
     * @throws ConnectException where the environment names something that is none
     */
    @Nullable
    Proxy of(URI uri) throws ConnectException {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String name = uri.getScheme().equalsIgnoreCase("https") ? "https_proxy" : "http_proxy";
        String value = variable(name);
        if (value.isEmpty() || isLoopback(host) || isExcepted(host)) {
            return null;
        }
        return Proxy.parse(value, name.toUpperCase(Locale.ROOT));
    }

    private String variable(String name) {
        String value = environment.getOrDefault(name, environment.getOrDefault(name.toUpperCase(Locale.ROOT), ""));
        return value.strip();
    }

    private boolean isExcepted(String host) {
        return Arrays.stream(variable("no_proxy").toLowerCase(Locale.ROOT).split(",", -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .map(each -> each.startsWith("*.") ? each.substring(1) : each)
                .anyMatch(each -> each.equals("*")
                        || host.equals(each)
                        || host.endsWith(each.startsWith(".") ? each : "." + each));
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    }
}

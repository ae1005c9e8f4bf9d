package io.berth.core.sandbox;

import io.berth.core.error.BerthException;
import java.util.List;

/** The text of resolv.conf(5) for a pod. */
public final class ResolvConf {
    private static final int MAXIMUM_SEARCHES = 32;
    private static final int MAXIMUM_SEARCH_LENGTH = 2048;

    private ResolvConf() {}

    /** The file's text: one nameserver line each, one search line, one options line; empty ones left out. */
    public static String text(DnsConfig dns) {
        check("servers", dns.servers());
        check("searches", dns.searches());
        check("options", dns.options());
        if (dns.searches().size() > MAXIMUM_SEARCHES) {
            throw BerthException.invalidArgument(
                    "dns_config.searches has " + dns.searches().size() + " domains, at most " + MAXIMUM_SEARCHES);
        }
        if (String.join(" ", dns.searches()).length() > MAXIMUM_SEARCH_LENGTH) {
            throw BerthException.invalidArgument(
                    "dns_config.searches is longer than " + MAXIMUM_SEARCH_LENGTH + " characters in all");
        }
        StringBuilder text = new StringBuilder();
        if (!dns.searches().isEmpty()) {
            text.append("search ").append(String.join(" ", dns.searches())).append('\n');
        }
        for (String server : dns.servers()) {
            text.append("nameserver ").append(server).append('\n');
        }
        if (!dns.options().isEmpty()) {
            text.append("options ").append(String.join(" ", dns.options())).append('\n');
        }
        return text.toString();
    }

    private static void check(String field, List<String> values) {
        for (String value : values) {
            if (value.isEmpty() || value.chars().anyMatch(character -> character <= ' ' || character == 127)) {
                throw BerthException.invalidArgument(
                        "dns_config." + field + " has \"" + value + "\": words without spaces are expected");
            }
        }
    }
}

package io.berth.network.lease;

import io.berth.network.PortMapping;
import io.berth.network.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A lease as text: lines of {@code key value}, the last one {@code end}, without which it was cut off while being
 * written. Keys that this version does not know are left aside, so that an older daemon reads a newer one's leases.
 */
final class LeaseText {
    private static final String END = "end";

    private LeaseText() {}

    static String write(Lease lease) {
        StringBuilder text = new StringBuilder(256);
        line(text, "sandbox", lease.sandboxId());
        line(text, "ipv4", lease.ipv4().getHostAddress());
        InetAddress ipv6 = lease.ipv6();
        if (ipv6 != null) {
            line(text, "ipv6", ipv6.getHostAddress());
        }
        line(text, "link", lease.hostInterface());
        for (PortMapping port : lease.ports()) {
            String host = port.hostIp().isEmpty() ? "*" : port.hostIp();
            line(
                    text,
                    "port",
                    port.protocol().lowerCaseName() + " " + host + " " + port.hostPort() + " " + port.containerPort());
        }
        return text.append(END).append('\n').toString();
    }

    /** Reads a lease; empty when the text is not a whole one. */
    static Optional<Lease> read(String text) {
        Map<String, String> values = new HashMap<>();
        List<PortMapping> ports = new ArrayList<>();
        boolean whole = false;
        try {
            for (String line : text.lines().toList()) {
                int space = line.indexOf(' ');
                whole = line.equals(END);
                if (space < 0) {
                    continue;
                }
                String key = line.substring(0, space);
                String value = line.substring(space + 1);
                if (key.equals("port")) {
                    ports.add(port(value));
                } else {
                    values.put(key, value);
                }
            }
            String sandbox = values.get("sandbox");
            String ipv4 = values.get("ipv4");
            String ipv6 = values.get("ipv6");
            String link = values.get("link");
            if (!whole || sandbox == null || ipv4 == null || link == null) {
                return Optional.empty();
            }
            return Optional.of(new Lease(
                    sandbox,
                    InetAddress.ofLiteral(ipv4),
                    ipv6 == null ? null : InetAddress.ofLiteral(ipv6),
                    link,
                    ports));
        } catch (IllegalArgumentException notALease) {
            return Optional.empty();
        }
    }

    private static PortMapping port(String value) {
        String[] fields = value.split(" ", -1);
        if (fields.length != 4) {
            throw new IllegalArgumentException(value);
        }
        return new PortMapping(
                Protocol.valueOf(fields[0].toUpperCase(Locale.ROOT)),
                Integer.parseInt(fields[3]),
                Integer.parseInt(fields[2]),
                fields[1].equals("*") ? "" : fields[1]);
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key).append(' ').append(value).append('\n');
    }
}

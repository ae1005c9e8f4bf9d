package io.berth.network.nftables;

import io.berth.network.address.AddressRange;
import io.berth.network.lease.Lease;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The text of a bridge's table, in the language of {@code nft(8)}. One table holds all that a network needs, and no
 * other table is touched, so it comes and goes as a whole.
 *
 * <ul>
 *   <li>Traffic from the pods' range to anywhere else gets the host's address: one rule for all pods.
 *   <li>Host ports are elements of four maps, so a pod costs an element and not a chain: by family, and with or without
 *       the host's address in the key. They count only for packets to an address of the host itself.
 *   <li>A pod that reaches itself or a neighbour through a host port, and a process that does so from the loopback
 *       address, must see the answer come from there: such packets carry a mark through the translation and get the
 *       bridge's address.
 *   <li>Loopback host ports let the bridge route loopback addresses, so packets that carry one from a pod are dropped
 *       first.
 * </ul>
 */
public final class Ruleset {
    /**
     * Marks packets whose source has to be translated; the bit that the CNI portmap plugin uses for the same purpose.
     */
    private static final String MARK = "0x2000";

    private static final String UNMARK = "0xffffdfff";

    private final String table;
    private final String bridge;
    private final AddressRange ipv4;
    private final @Nullable AddressRange ipv6;
    private final boolean masquerade;

    public Ruleset(String bridge, AddressRange ipv4, @Nullable AddressRange ipv6, boolean masquerade) {
        this.table = "inet " + tableName(bridge);
        this.bridge = bridge;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.masquerade = masquerade;
    }

    /** The table's name for a bridge: {@code berth-BRIDGE}. */
    public static String tableName(String bridge) {
        return "berth-" + bridge;
    }

    /** Lists the table, without elements when the session is terse. */
    public String list() {
        return "list table " + table + "\n";
    }

    /** Deletes the table, if it is there. */
    public String delete() {
        // "add" first: deleting what is not there would fail, and older versions know no "destroy".
        return "add table " + table + "\ndelete table " + table + "\n";
    }

    /** Makes the table anew with the host ports of all leases, replacing what is there at one stroke. */
    public String replace(List<Lease> leases) {
        StringBuilder text = new StringBuilder(delete());
        text.append("table ").append(table).append(" {\n");
        maps(text);
        chain(text, "guard", "type filter hook prerouting priority -300; policy accept;", guard());
        chain(
                text,
                "prerouting",
                "type nat hook prerouting priority -100; policy accept;",
                "fib daddr type local jump host_ports\n");
        chain(
                text,
                "output",
                "type nat hook output priority -100; policy accept;",
                "fib daddr type local jump host_ports\n");
        chain(text, "host_ports", "", hostPorts());
        chain(text, "postrouting", "type nat hook postrouting priority 100; policy accept;", postrouting());
        return text.append("}\n").append(elements("add", leases)).toString();
    }

    /** Publishes the host ports of a lease; empty when it has none. */
    public String publish(Lease lease) {
        return elements("add", List.of(lease));
    }

    /** Withdraws the host ports of leases; empty when they have none. */
    public String withdraw(List<Lease> leases) {
        return elements("delete", leases);
    }

    /** Whether the lease has any element in the table. */
    public static boolean isPublished(Lease lease) {
        return !HostPort.of(lease).isEmpty();
    }

    private static void maps(StringBuilder text) {
        for (Map.Entry<String, String> family : new TreeMap<>(Map.of("4", "ipv4_addr", "6", "ipv6_addr")).entrySet()) {
            String address = family.getValue();
            text.append("  map address_ports")
                    .append(family.getKey())
                    .append(" { type inet_proto . ")
                    .append(address)
                    .append(" . inet_service : ")
                    .append(address)
                    .append(" . inet_service; }\n")
                    .append("  map any_ports")
                    .append(family.getKey())
                    .append(" { type inet_proto . inet_service : ")
                    .append(address)
                    .append(" . inet_service; }\n");
        }
    }

    private String guard() {
        return "iifname \"" + bridge + "\" ip saddr 127.0.0.0/8 drop\n" + "iifname \"" + bridge
                + "\" ip daddr 127.0.0.0/8 drop\n";
    }

    private String hostPorts() {
        StringBuilder rules = new StringBuilder();
        mark(rules, "ip saddr 127.0.0.0/8");
        mark(rules, "ip saddr " + ipv4);
        if (ipv6 != null) {
            mark(rules, "ip6 saddr " + ipv6);
            // From the loopback address the kernel forwards nothing: such connections are left to the host.
            rules.append("ip6 daddr ::1 return\n");
        }
        rules.append("dnat ip to meta l4proto . ip daddr . th dport map @address_ports4\n")
                .append("dnat ip to meta l4proto . th dport map @any_ports4\n");
        if (ipv6 != null) {
            rules.append("dnat ip6 to meta l4proto . ip6 daddr . th dport map @address_ports6\n")
                    .append("dnat ip6 to meta l4proto . th dport map @any_ports6\n");
        }
        return rules.append("meta mark set meta mark and " + UNMARK + "\n").toString();
    }

    private static void mark(StringBuilder rules, String match) {
        rules.append(match).append(" meta mark set meta mark or " + MARK + "\n");
    }

    private String postrouting() {
        StringBuilder rules =
                new StringBuilder("oifname \"" + bridge + "\" meta mark and " + MARK + " == " + MARK + " masquerade\n");
        if (masquerade) {
            rules.append("ip saddr " + ipv4 + " ip daddr != " + ipv4 + " ip daddr != 224.0.0.0/4 masquerade\n");
            if (ipv6 != null) {
                rules.append("ip6 saddr " + ipv6 + " ip6 daddr != " + ipv6 + " ip6 daddr != ff00::/8 masquerade\n");
            }
        }
        return rules.toString();
    }

    private String elements(String verb, List<Lease> leases) {
        Map<String, StringBuilder> byMap = new TreeMap<>();
        for (Lease lease : leases) {
            for (HostPort port : HostPort.of(lease)) {
                InetAddress pod = port.ipv6() ? lease.ipv6() : lease.ipv4();
                if (pod != null) {
                    element(byMap, verb.equals("add"), port, pod);
                }
            }
        }
        StringBuilder text = new StringBuilder();
        byMap.forEach((map, list) -> text.append(verb)
                .append(" element ")
                .append(table)
                .append(' ')
                .append(map)
                .append(" { ")
                .append(list)
                .append(" }\n"));
        return text.toString();
    }

    private static void element(Map<String, StringBuilder> byMap, boolean withValue, HostPort port, InetAddress pod) {
        InetAddress address = port.address();
        String map = (address == null ? "any_ports" : "address_ports") + (port.ipv6() ? "6" : "4");
        StringBuilder list = byMap.computeIfAbsent(map, name -> new StringBuilder());
        if (!list.isEmpty()) {
            list.append(", ");
        }
        list.append(port.protocol().lowerCaseName()).append(" . ");
        if (address != null) {
            list.append(address.getHostAddress()).append(" . ");
        }
        list.append(port.port());
        if (withValue) {
            list.append(" : ").append(pod.getHostAddress()).append(" . ").append(port.containerPort());
        }
    }

    private static void chain(StringBuilder text, String name, String hook, String rules) {
        text.append("  chain ").append(name).append(" {\n");
        if (!hook.isEmpty()) {
            text.append("    ").append(hook).append('\n');
        }
        rules.lines().forEach(rule -> text.append("    ").append(rule).append('\n'));
        text.append("  }\n");
    }
}

package io.berth.core.security;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which capabilities a container's first process gets. The inheritable set stays empty unless ambient ones are asked
 * for, so that a file's inheritable bits give nothing away.
 *
 * @param held what the first process holds: bounding, effective and permitted
 * @param ambient what it keeps over an exec without being root: inheritable and ambient too
 */
public record CapabilityPolicy(Set<Capability> held, Set<Capability> ambient) {
    public CapabilityPolicy {
        held = Set.copyOf(held);
        ambient = Set.copyOf(ambient);
    }

    /**
     * From the request.
     *
     * @param host nobody can be given more than the daemon itself holds; and where nothing keeps a container from using
     *     the nodes that it makes, none makes any unasked
     */
    public static CapabilityPolicy of(ContainerSecurityContext security, HostFacts host) {
        Set<Capability> own = host.capabilities();
        CapabilityChange change = security.capabilities();
        EnumSet<Capability> held = Capability.defaults();
        if (!host.deviceFilter()) {
            held.remove(Capability.CAP_MKNOD);
        }
        if (security.privileged() || hasAll(change.add())) {
            held = EnumSet.allOf(Capability.class);
        }
        if (hasAll(change.drop())) {
            held = EnumSet.noneOf(Capability.class);
        }
        EnumSet<Capability> ambient = parse(change.addAmbient());
        held.addAll(parse(change.add()));
        held.addAll(ambient);
        if (security.privileged()) {
            held = EnumSet.allOf(Capability.class);
        } else {
            EnumSet<Capability> dropped = parse(change.drop());
            held.removeAll(dropped);
            ambient.removeAll(dropped);
        }
        held.retainAll(own);
        ambient.retainAll(own);
        return new CapabilityPolicy(held, ambient);
    }

    private static EnumSet<Capability> parse(List<String> names) {
        EnumSet<Capability> set = EnumSet.noneOf(Capability.class);
        for (String name : names) {
            if (!isAll(name)) {
                set.add(Capability.named(name));
            }
        }
        return set;
    }

    private static boolean hasAll(List<String> names) {
        return names.stream().anyMatch(CapabilityPolicy::isAll);
    }

    private static boolean isAll(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return upper.equals("ALL") || upper.equals("CAP_ALL");
    }
}

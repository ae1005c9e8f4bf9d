package io.berth.kernel.devices;

import io.berth.kernel.BpfCalls;
import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Attaches device filters to cgroups. The program of a list of rules is loaded once and serves all cgroups with that
 * list: most containers of a node have the same. Safe for concurrent use; no call blocks.
 */
public final class DeviceFilters implements AutoCloseable {
    private static final int CACHED = 64;
    private static final String NAME = "berth_devices";

    private final SystemCalls calls;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Descriptor> programs = new LinkedHashMap<>(16, 0.75f, true);

    public DeviceFilters(SystemCalls calls) {
        this.calls = calls;
    }

    /** Whether this process may load such programs: it needs CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN. */
    public boolean available() {
        try (Descriptor _ = load(List.of())) {
            return true;
        } catch (SystemCallException refused) {
            return false;
        }
    }

    /**
     * Has the rules hold for all processes of a cgroup, now and later, and for those of the cgroups below. Nothing is
     * attached for rules that allow everything.
     *
     * @param cgroup its directory
     * @param rules later ones before earlier ones; what none speaks of is denied. The kernel takes some 2,000
     * @throws SystemCallException where the kernel refuses
     */
    public void attach(Path cgroup, List<DeviceRule> rules) {
        if (!rules.isEmpty() && rules.getLast().allow() && rules.getLast().isForAll()) {
            return;
        }
        try (Descriptor directory = calls.openat2(null, cgroup.toString(), OpenHow.directory())) {
            lock.lock();
            try {
                calls.attachProgram(
                        directory, program(rules), BpfCalls.CGROUP_DEVICE_ATTACHMENT, BpfCalls.ALLOW_MULTIPLE);
            } finally {
                lock.unlock();
            }
        }
    }

    private Descriptor program(List<DeviceRule> rules) {
        String key = key(rules);
        Descriptor known = programs.get(key);
        if (known != null) {
            return known;
        }
        Descriptor program = load(rules);
        programs.put(key, program);
        if (programs.size() > CACHED) {
            // Where it is attached it stays.
            String eldest = programs.keySet().iterator().next();
            Descriptor dropped = programs.remove(eldest);
            if (dropped != null) {
                dropped.close();
            }
        }
        return program;
    }

    /** Two lists have the same only where they are equal. */
    private static String key(List<DeviceRule> rules) {
        StringBuilder key = new StringBuilder(rules.size() * 16);
        for (DeviceRule rule : rules) {
            key.append(rule.allow() ? '+' : '-')
                    .append(
                            rule.kind() == null
                                    ? 'a'
                                    : (char) ('0' + rule.kind().number()))
                    .append(rule.accessBits())
                    .append(' ')
                    .append(rule.major() == null ? "*" : rule.major())
                    .append(':')
                    .append(rule.minor() == null ? "*" : rule.minor())
                    .append('\n');
        }
        return key.toString();
    }

    private Descriptor load(List<DeviceRule> rules) {
        return calls.loadProgram(BpfCalls.CGROUP_DEVICE_PROGRAM, NAME, DeviceProgram.of(rules));
    }

    /** Lets go of the programs; the cgroups keep theirs. */
    @Override
    public void close() {
        lock.lock();
        try {
            programs.values().forEach(Descriptor::close);
            programs.clear();
        } finally {
            lock.unlock();
        }
    }
}

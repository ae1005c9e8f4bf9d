package io.berth.core.spec;

import io.berth.core.error.BerthException;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Which sysctls a pod may set: those of a namespace of its own (kernel, namespaces(7)). */
public final class Sysctls {
    private static final Set<String> IPC = Set.of(
            "kernel.sem",
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.msg_next_id",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced",
            "kernel.shm_next_id",
            "kernel.sem_next_id",
            "kernel.auto_msgmni");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]+([./][a-zA-Z0-9_*:@-]+)+");

    private Sysctls() {}

    /** The sysctls in the order of their names, checked; names come back with dots. */
    public static Map<String, String> checked(Map<String, String> sysctls, NamespaceOptions namespaces) {
        Map<String, String> checked = new TreeMap<>();
        sysctls.forEach((name, value) -> {
            check(name, namespaces);
            if (value.length() > 4096 || value.indexOf('\0') >= 0) {
                throw BerthException.invalidArgument("the value of the sysctl \"" + name + "\" is no sysctl's value");
            }
            checked.put(name, value);
        });
        return checked;
    }

    private static void check(String name, NamespaceOptions namespaces) {
        String dotted = dotted(name);
        if (!NAME.matcher(name).matches() || dotted.contains("..")) {
            throw BerthException.invalidArgument("\"" + name + "\" is not the name of a sysctl");
        }
        if (dotted.startsWith("net.")) {
            refuseHost(name, namespaces.network(), "network");
        } else if (IPC.contains(dotted) || dotted.startsWith("fs.mqueue.")) {
            refuseHost(name, namespaces.ipc(), "IPC");
        } else if (dotted.equals("kernel.hostname") || dotted.equals("kernel.domainname")) {
            throw BerthException.invalidArgument(
                    "the sysctl \"" + name + "\" is not a pod's to set: use the pod's hostname");
        } else {
            throw BerthException.invalidArgument("the sysctl \"" + name
                    + "\" is not namespaced: a pod may set net.*, kernel.shm*, kernel.msg*, kernel.sem and fs.mqueue.*,"
                    + " others belong to the node (sysctl.d)");
        }
    }

    private static void refuseHost(String name, NamespaceMode mode, String namespace) {
        if (mode == NamespaceMode.NODE) {
            throw BerthException.invalidArgument("the sysctl \"" + name + "\" would change the node: the pod is in the"
                    + " host's " + namespace + " namespace");
        }
    }

    /** The name with dots between its parts, whichever of dots and slashes separate them. */
    static String dotted(String name) {
        int slash = name.indexOf('/');
        int dot = name.indexOf('.');
        return slash >= 0 && (dot < 0 || slash < dot) ? name.replace('/', '.') : name;
    }
}

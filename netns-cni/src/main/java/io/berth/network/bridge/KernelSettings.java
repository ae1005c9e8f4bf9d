package io.berth.network.bridge;

import io.berth.network.NetworkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's network settings under {@code /proc/sys/net}, of the calling thread's network namespace. A setting is
 * written only when it differs, so that a machine that is set up already works with {@code /proc/sys} read-only too.
 */
final class KernelSettings {
    private static final Logger LOG = LoggerFactory.getLogger(KernelSettings.class);
    private static final Path ROOT = Path.of("/proc/sys/net");

    private KernelSettings() {}

    /** Whether the kernel has IPv6, which {@code ipv6.disable=1} takes from it. */
    static boolean haveIpv6() {
        return Files.isDirectory(ROOT.resolve("ipv6/conf"));
    }

    /** Lets the host pass packets on. The switch is one for the machine: answers come in by any of its links. */
    static void forwardIpv4() {
        set("ipv4/ip_forward", "1");
    }

    /**
     * The same for IPv6. A host that forwards stops listening to routers, so links that live by their advertisements
     * are told to listen all the same.
     */
    static void forwardIpv6(HostView host) {
        for (String link : host.linksConfiguredByAdvertisement()) {
            String setting = "ipv6/conf/" + link + "/accept_ra";
            if (read(setting).equals("1")) {
                set(setting, "2");
            }
        }
        set("ipv6/conf/all/forwarding", "1");
    }

    /**
     * Makes the bridge's link-local address usable at once. The kernel asks for pods' hardware addresses from it when
     * it passes packets on, and would drop them for the first two seconds; the address follows from ours, so nobody
     * else has it.
     */
    static void skipDuplicateDetection(String bridge) {
        set("ipv6/conf/" + bridge + "/accept_dad", "0");
    }

    /**
     * Lets the host's processes reach host ports at 127.0.0.1; the table's guard chain keeps pods from doing the like.
     */
    static void routeLoopbackAddresses(String bridge) {
        set("ipv4/conf/" + bridge + "/route_localnet", "1");
    }

    private static void set(String setting, String value) {
        String before = read(setting);
        if (before.equals(value)) {
            return;
        }
        Path file = ROOT.resolve(setting);
        try {
            Files.writeString(file, value);
            LOG.info("Set {} from {} to {}", file, before, value);
        } catch (IOException failure) {
            throw new NetworkException(
                    NetworkException.Kind.FAILED_PRECONDITION,
                    "set",
                    file.toString(),
                    "cannot be changed from " + before + " to " + value + " (" + failure.getMessage()
                            + "): set it before berthd starts, for example by sysctl.d",
                    failure);
        }
    }

    private static String read(String setting) {
        Path file = ROOT.resolve(setting);
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException missing) {
            throw new NetworkException(
                    NetworkException.Kind.FAILED_PRECONDITION,
                    "read",
                    file.toString(),
                    setting.startsWith("ipv6/")
                            ? "this kernel runs without IPv6: leave ipv6_range empty"
                            : "no such setting in this kernel",
                    missing);
        } catch (IOException failure) {
            throw new NetworkException(
                    NetworkException.Kind.INTERNAL, "read", file.toString(), String.valueOf(failure), failure);
        }
    }
}

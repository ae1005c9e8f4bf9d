package io.berth.core.spec;

import io.berth.core.Immutable;
import io.berth.core.cgroup.LinuxResources;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits (config-linux.md, "resources"), with the fields that the CRI can ask for; null is not said. */
public record OciResources(
        List<DeviceRule> devices,
        @Nullable Memory memory,
        @Nullable Cpu cpu,
        List<HugepageLimit> hugepageLimits,
        Map<String, String> unified) {
    public OciResources {
        devices = Immutable.list(devices);
        hugepageLimits = Immutable.list(hugepageLimits);
        unified = Immutable.map(unified);
    }

    /**
     * Devices that are allowed or not, later rules before earlier ones. One without a type or numbers is for all.
     *
     * @param type "b" for block, "c" for character devices, "a" or empty: both
     * @param major null: all
     * @param minor null: all
     * @param access of "r", "w" and "m" (mknod)
     */
    public record DeviceRule(
            boolean allow,
            String type,
            @Nullable Long major,
            @Nullable Long minor,
            String access) {
        public DeviceRule {
            type = Immutable.text(type);
            access = Immutable.text(access);
        }

        /** For every device. */
        public static DeviceRule all(boolean allow) {
            return new DeviceRule(allow, "", null, null, "rwm");
        }

        /** For one device. */
        public static DeviceRule allow(OciLinux.Device device, String access) {
            return new DeviceRule(true, device.type(), device.major(), device.minor(), access);
        }
    }

    /** Bytes; swap counts memory and swap together. */
    public record Memory(@Nullable Long limit, @Nullable Long swap) {}

    /** Shares on the scale of cgroup v1, quota and period in microseconds. */
    public record Cpu(
            @Nullable Long shares,
            @Nullable Long quota,
            @Nullable Long period,
            String cpus,
            String mems) {
        public Cpu {
            cpus = Immutable.text(cpus);
            mems = Immutable.text(mems);
        }
    }

    /** A limit of one page size. */
    public record HugepageLimit(String pageSize, long limit) {}

    /** Whether device nodes that an image brings must not work. */
    public boolean deniesDevices() {
        return !devices.isEmpty() && !devices.getLast().equals(DeviceRule.all(true));
    }

    /**
     * The same limits in the specification's words.
     *
     * @param devices which devices may be used, later rules before earlier ones
     */
    public static OciResources of(LinuxResources resources, List<DeviceRule> devices) {
        return new OciResources(
                devices,
                new Memory(said(resources.memoryLimitBytes()), said(resources.memorySwapLimitBytes())),
                new Cpu(
                        said(resources.cpuShares()),
                        said(resources.cpuQuota()),
                        said(resources.cpuPeriod()),
                        resources.cpusetCpus(),
                        resources.cpusetMems()),
                resources.hugepageLimits().stream()
                        .map(limit -> new HugepageLimit(limit.pageSize(), limit.limitBytes()))
                        .toList(),
                resources.unified());
    }

    private static @Nullable Long said(long value) {
        return value == 0 ? null : value;
    }
}

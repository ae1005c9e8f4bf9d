package io.berth.core.cgroup;

import io.berth.core.error.BerthException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The translation of limits into values of cgroup v2 files (kernel, admin-guide/cgroup-v2.rst). Pure: nothing is
 * written here.
 */
public final class CgroupSettings {
    private static final long MINIMUM_SHARES = 2;
    private static final long MAXIMUM_SHARES = 262_144;
    private static final long DEFAULT_PERIOD = 100_000;
    private static final long MINIMUM_PERIOD = 1_000;
    private static final long MAXIMUM_PERIOD = 1_000_000;
    private static final long MINIMUM_QUOTA = 1_000;
    private static final Pattern LIST = Pattern.compile("[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*");
    private static final Pattern PAGE_SIZE = Pattern.compile("[0-9]+(KB|MB|GB)");
    private static final Pattern UNIFIED_FILE = Pattern.compile("[a-z]+[a-zA-Z0-9_]*(\\.[a-zA-Z0-9_]+)+");

    private CgroupSettings() {}

    /** One setting for each file: what {@code unified} says goes before what another field says. */
    public static List<CgroupSetting> of(LinuxResources resources) {
        List<CgroupSetting> settings = new ArrayList<>();
        cpu(resources, settings);
        cpuset(resources, settings);
        memory(resources, settings);
        for (HugepageLimit limit : resources.hugepageLimits()) {
            if (!PAGE_SIZE.matcher(limit.pageSize()).matches()) {
                throw BerthException.invalidArgument(
                        "hugepage_limits page_size \"" + limit.pageSize() + "\" is none: say 2MB or 1GB");
            }
            String value = limit.limitBytes() < 0 ? "max" : Long.toString(limit.limitBytes());
            settings.add(new CgroupSetting("hugetlb", "hugetlb." + limit.pageSize() + ".max", value));
            settings.add(new CgroupSetting("hugetlb", "hugetlb." + limit.pageSize() + ".rsvd.max", value));
        }
        unified(resources.unified(), settings);
        Map<String, CgroupSetting> byFile = new LinkedHashMap<>();
        settings.forEach(setting -> byFile.put(setting.file(), setting));
        return List.copyOf(byFile.values());
    }

    private static void cpu(LinuxResources resources, List<CgroupSetting> settings) {
        if (resources.cpuShares() != 0) {
            settings.add(new CgroupSetting("cpu", "cpu.weight", Long.toString(weight(resources.cpuShares()))));
        }
        if (resources.cpuQuota() == 0 && resources.cpuPeriod() == 0) {
            return;
        }
        long period = resources.cpuPeriod() == 0 ? DEFAULT_PERIOD : resources.cpuPeriod();
        if (period < MINIMUM_PERIOD || period > MAXIMUM_PERIOD) {
            throw BerthException.invalidArgument("cpu_period " + period + " is not within " + MINIMUM_PERIOD + " to "
                    + MAXIMUM_PERIOD + " microseconds");
        }
        if (resources.cpuQuota() > 0 && resources.cpuQuota() < MINIMUM_QUOTA) {
            throw BerthException.invalidArgument("cpu_quota " + resources.cpuQuota() + " is less than " + MINIMUM_QUOTA
                    + " microseconds, the least that the kernel takes");
        }
        String quota = resources.cpuQuota() > 0 ? Long.toString(resources.cpuQuota()) : "max";
        settings.add(new CgroupSetting("cpu", "cpu.max", quota + " " + period));
    }

    private static void cpuset(LinuxResources resources, List<CgroupSetting> settings) {
        if (!resources.cpusetCpus().isEmpty()) {
            settings.add(new CgroupSetting("cpuset", "cpuset.cpus", list("cpuset_cpus", resources.cpusetCpus())));
        }
        if (!resources.cpusetMems().isEmpty()) {
            settings.add(new CgroupSetting("cpuset", "cpuset.mems", list("cpuset_mems", resources.cpusetMems())));
        }
    }

    private static String list(String field, String value) {
        if (!LIST.matcher(value).matches()) {
            throw BerthException.invalidArgument(field + " \"" + value + "\" is not a list such as 0-3,7");
        }
        return value;
    }

    private static void memory(LinuxResources resources, List<CgroupSetting> settings) {
        long limit = resources.memoryLimitBytes();
        long swap = resources.memorySwapLimitBytes();
        if (swap > 0 && limit > 0 && swap < limit) {
            throw BerthException.invalidArgument("memory_swap_limit_in_bytes " + swap
                    + " counts memory and swap together and is less than memory_limit_in_bytes " + limit);
        }
        if (swap > 0 && limit <= 0) {
            throw BerthException.invalidArgument("memory_swap_limit_in_bytes " + swap
                    + " counts memory and swap together: it needs memory_limit_in_bytes beside it");
        }
        if (swap < 0) {
            settings.add(new CgroupSetting("memory", "memory.swap.max", "max"));
        } else if (swap > 0) {
            settings.add(new CgroupSetting("memory", "memory.swap.max", Long.toString(swap - limit)));
        }
        if (limit != 0) {
            settings.add(new CgroupSetting("memory", "memory.max", limit < 0 ? "max" : Long.toString(limit)));
        }
    }

    private static void unified(Map<String, String> unified, List<CgroupSetting> settings) {
        new TreeMap<>(unified).forEach((file, value) -> {
            if (!UNIFIED_FILE.matcher(file).matches() || file.startsWith("cgroup.")) {
                throw BerthException.invalidArgument("unified key \"" + file
                        + "\" is not a file of a cgroup v2 controller: name one such as memory.high");
            }
            if (value.length() > 4096) {
                throw BerthException.invalidArgument("unified value of " + file + " is longer than 4096 characters");
            }
            settings.add(new CgroupSetting(file.substring(0, file.indexOf('.')), file, value));
        });
    }

    /**
     * The weight for a number of shares: 2 gives 1, 1024 gives 100 and 262144 gives 10000, the three defaults and ends
     * of both scales, on a quadratic in the logarithm between them (Kubernetes KEP-2254's newer formula).
     */
    static long weight(long shares) {
        if (shares <= MINIMUM_SHARES) {
            return 1;
        }
        if (shares >= MAXIMUM_SHARES) {
            return 10_000;
        }
        double logarithm = Math.log((double) shares) / Math.log(2);
        double exponent = (logarithm * logarithm + 125 * logarithm) / 612.0 - 7.0 / 34.0;
        return (long) Math.ceil(Math.pow(10, exponent));
    }
}

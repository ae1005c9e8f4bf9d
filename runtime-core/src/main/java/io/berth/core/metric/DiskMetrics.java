package io.berth.core.metric;

import io.berth.core.statistics.CgroupFolder;
import io.berth.core.statistics.KernelText;
import java.util.HashMap;
import java.util.Map;

/**
 * Metrics of disks: a cgroup's own requests from {@code io.stat}, and what only whole disks have from
 * {@code /proc/diskstats} (kernel, admin-guide/iostats.rst), for the disks that the cgroup uses. Made for one answer.
 */
final class DiskMetrics {
    private static final long SECTOR_BYTES = 512;
    private static final int MILLISECONDS = 1000;
    private static final int DISK_FIELDS = 14;

    private final Map<String, String[]> disks;

    private DiskMetrics(Map<String, String[]> disks) {
        this.disks = disks;
    }

    /** Of that text of {@code /proc/diskstats}. */
    static DiskMetrics of(String text) {
        Map<String, String[]> disks = new HashMap<>();
        for (String line : text.split("\n", -1)) {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length >= DISK_FIELDS) {
                disks.put(fields[0] + ":" + fields[1], fields);
            }
        }
        return new DiskMetrics(disks);
    }

    /** Adds what the cgroup has read and written, and the disks that it did that on. */
    void add(CgroupFolder folder, Samples samples) {
        KernelText stat = folder.file("io.stat");
        if (stat == null) {
            return;
        }
        for (String line : stat.text().split("\n", -1)) {
            // 254:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6
            String[] fields = line.split(" ", -1);
            String[] numbers = fields[0].split(":", -1);
            if (fields.length > 1 && numbers.length == 2) {
                Map<String, Long> values = values(fields);
                add(numbers, values, samples);
            }
        }
    }

    private void add(String[] numbers, Map<String, Long> values, Samples samples) {
        String[] disk = disks.get(numbers[0] + ":" + numbers[1]);
        String device = disk == null ? "" : "/dev/" + disk[2];
        if (device.isEmpty()) {
            device = numbers[0] + ":" + numbers[1];
        }
        long read = values.getOrDefault("rbytes", 0L);
        long written = values.getOrDefault("wbytes", 0L);
        samples.add(PodMetric.FS_READS_BYTES, read, device);
        samples.add(PodMetric.FS_WRITES_BYTES, written, device);
        samples.add(PodMetric.FS_READS, values.getOrDefault("rios", 0L), device);
        samples.add(PodMetric.FS_WRITES, values.getOrDefault("wios", 0L), device);
        samples.add(PodMetric.FS_SECTOR_READS, read / SECTOR_BYTES, device);
        samples.add(PodMetric.FS_SECTOR_WRITES, written / SECTOR_BYTES, device);
        samples.add(PodMetric.BLKIO_USAGE, read, device, numbers[0], numbers[1], "Read");
        samples.add(PodMetric.BLKIO_USAGE, written, device, numbers[0], numbers[1], "Write");
        samples.add(
                PodMetric.BLKIO_USAGE, values.getOrDefault("dbytes", 0L), device, numbers[0], numbers[1], "Discard");
        if (disk != null) {
            whole(disk, device, samples);
        }
    }

    private static void whole(String[] disk, String device, Samples samples) {
        samples.add(PodMetric.FS_READS_MERGED, number(disk[4]), device);
        samples.add(PodMetric.FS_READ_TIME, number(disk[6]) / MILLISECONDS, device);
        samples.add(PodMetric.FS_WRITES_MERGED, number(disk[8]), device);
        samples.add(PodMetric.FS_WRITE_TIME, number(disk[10]) / MILLISECONDS, device);
        samples.add(PodMetric.FS_IO_CURRENT, number(disk[11]), device);
        samples.add(PodMetric.FS_IO_TIME, number(disk[12]) / MILLISECONDS, device);
        samples.add(PodMetric.FS_IO_TIME_WEIGHTED, number(disk[13]) / MILLISECONDS, device);
    }

    private static Map<String, Long> values(String[] fields) {
        Map<String, Long> values = new HashMap<>();
        for (int index = 1; index < fields.length; index++) {
            int equals = fields[index].indexOf('=');
            if (equals > 0) {
                values.put(fields[index].substring(0, equals), number(fields[index].substring(equals + 1)));
            }
        }
        return values;
    }

    /** A number, 0 for what is none (iocost writes "cost.vrate=100.00" here). */
    private static long number(String text) {
        long number = 0;
        for (int index = 0; index < text.length(); index++) {
            int digit = text.charAt(index) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}

package io.berth.core.metric;

import java.util.List;

/**
 * The metrics that Berth serves through the CRI: cAdvisor's names (KEP-2371), which dashboards and alerts are written
 * for. Values are whole numbers, as the CRI has them: times are whole seconds.
 */
public enum PodMetric {
    CPU_USAGE("container_cpu_usage_seconds_total", Type.COUNTER, "Processor time used, whole seconds.", "cpu"),
    CPU_USER("container_cpu_user_seconds_total", Type.COUNTER, "Processor time used in user mode, whole seconds."),
    CPU_SYSTEM("container_cpu_system_seconds_total", Type.COUNTER, "Processor time used in the kernel, whole seconds."),
    CPU_PERIODS("container_cpu_cfs_periods_total", Type.COUNTER, "Periods of the processor quota that have passed."),
    CPU_THROTTLED_PERIODS(
            "container_cpu_cfs_throttled_periods_total", Type.COUNTER, "Periods in which the quota was used up."),
    CPU_THROTTLED(
            "container_cpu_cfs_throttled_seconds_total",
            Type.COUNTER,
            "Time held back by the processor quota, whole seconds."),
    CPU_BURST_PERIODS(
            "container_cpu_cfs_burst_periods_total",
            Type.COUNTER,
            "Periods in which more than the quota was used, from what was saved."),
    CPU_BURST(
            "container_cpu_cfs_burst_seconds_total",
            Type.COUNTER,
            "Processor time used beyond the quota, whole seconds."),
    CPU_LOAD("container_cpu_load_average_10s", Type.GAUGE, "Runnable threads, smoothed over 10 seconds, times 1000."),
    CPU_LOAD_D(
            "container_cpu_load_d_average_10s",
            Type.GAUGE,
            "Threads in uninterruptible sleep, smoothed over 10 seconds, times 1000."),
    TASKS_STATE("container_tasks_state", Type.GAUGE, "Threads by state.", "state"),
    MEMORY_USAGE("container_memory_usage_bytes", Type.GAUGE, "Memory used, page cache included."),
    MEMORY_WORKING_SET(
            "container_memory_working_set_bytes",
            Type.GAUGE,
            "Memory used without the page cache that was not used lately."),
    MEMORY_MAX_USAGE("container_memory_max_usage_bytes", Type.GAUGE, "Most memory ever used."),
    MEMORY_RSS("container_memory_rss", Type.GAUGE, "Anonymous memory."),
    MEMORY_CACHE("container_memory_cache", Type.GAUGE, "Page cache."),
    MEMORY_KERNEL("container_memory_kernel_usage", Type.GAUGE, "Memory that the kernel uses for it."),
    MEMORY_MAPPED_FILE("container_memory_mapped_file", Type.GAUGE, "Mapped files."),
    MEMORY_SWAP("container_memory_swap", Type.GAUGE, "Swap used."),
    MEMORY_FAILCNT("container_memory_failcnt", Type.COUNTER, "Times that the memory limit was hit."),
    MEMORY_FAILURES("container_memory_failures_total", Type.COUNTER, "Page faults.", "failure_type", "scope"),
    MEMORY_ACTIVE_FILE("container_memory_total_active_file_bytes", Type.GAUGE, "Page cache used lately."),
    MEMORY_INACTIVE_FILE("container_memory_total_inactive_file_bytes", Type.GAUGE, "Page cache not used lately."),
    MEMORY_EVENTS_HIGH(
            "container_memory_events_high_total", Type.COUNTER, "Times that it was throttled for memory.high."),
    MEMORY_EVENTS_MAX("container_memory_events_max_total", Type.COUNTER, "Times that memory.max was hit."),
    MEMORY_FILE_DIRTY("container_memory_file_dirty_bytes", Type.GAUGE, "Page cache still to be written to disk."),
    MEMORY_FILE_WRITEBACK("container_memory_file_writeback_bytes", Type.GAUGE, "Page cache being written to disk."),
    MEMORY_PGSCAN("container_memory_pgscan_total", Type.COUNTER, "Pages looked at by reclaim."),
    MEMORY_PGSTEAL("container_memory_pgsteal_total", Type.COUNTER, "Pages reclaimed."),
    MEMORY_REFAULT_FILE(
            "container_memory_workingset_refault_file_total",
            Type.COUNTER,
            "Pages of files that had been evicted and were read again."),
    MEMORY_REFAULT_ANON(
            "container_memory_workingset_refault_anon_total",
            Type.COUNTER,
            "Anonymous pages that had been evicted and were read again."),
    OOM_EVENTS("container_oom_events_total", Type.COUNTER, "Processes killed for want of memory."),
    HUGETLB_USAGE("container_hugetlb_usage_bytes", Type.GAUGE, "Huge pages used.", "pagesize"),
    HUGETLB_FAILCNT(
            "container_hugetlb_failcnt", Type.COUNTER, "Times that the limit of huge pages was hit.", "pagesize"),
    FS_USAGE("container_fs_usage_bytes", Type.GAUGE, "Size of the writable layer.", "device"),
    FS_LIMIT("container_fs_limit_bytes", Type.GAUGE, "Size of the file system that has the writable layer.", "device"),
    FS_INODES_FREE("container_fs_inodes_free", Type.GAUGE, "Free inodes of that file system.", "device"),
    FS_INODES("container_fs_inodes_total", Type.GAUGE, "Inodes of that file system.", "device"),
    FS_READS_BYTES("container_fs_reads_bytes_total", Type.COUNTER, "Bytes read.", "device"),
    FS_READS("container_fs_reads_total", Type.COUNTER, "Reads.", "device"),
    FS_WRITES_BYTES("container_fs_writes_bytes_total", Type.COUNTER, "Bytes written.", "device"),
    FS_WRITES("container_fs_writes_total", Type.COUNTER, "Writes.", "device"),
    FS_SECTOR_READS("container_fs_sector_reads_total", Type.COUNTER, "Sectors of 512 bytes read.", "device"),
    FS_SECTOR_WRITES("container_fs_sector_writes_total", Type.COUNTER, "Sectors of 512 bytes written.", "device"),
    FS_READS_MERGED(
            "container_fs_reads_merged_total", Type.COUNTER, "Reads merged with others; of the whole disk.", "device"),
    FS_WRITES_MERGED(
            "container_fs_writes_merged_total",
            Type.COUNTER,
            "Writes merged with others; of the whole disk.",
            "device"),
    FS_READ_TIME(
            "container_fs_read_seconds_total",
            Type.COUNTER,
            "Time spent reading, whole seconds; of the whole disk.",
            "device"),
    FS_WRITE_TIME(
            "container_fs_write_seconds_total",
            Type.COUNTER,
            "Time spent writing, whole seconds; of the whole disk.",
            "device"),
    FS_IO_CURRENT("container_fs_io_current", Type.GAUGE, "Requests under way; of the whole disk.", "device"),
    FS_IO_TIME(
            "container_fs_io_time_seconds_total",
            Type.COUNTER,
            "Time with requests under way, whole seconds; of the whole disk.",
            "device"),
    FS_IO_TIME_WEIGHTED(
            "container_fs_io_time_weighted_seconds_total",
            Type.COUNTER,
            "Time of all requests together, whole seconds; of the whole disk.",
            "device"),
    BLKIO_USAGE(
            "container_blkio_device_usage_total",
            Type.COUNTER,
            "Bytes by disk and operation.",
            "device",
            "major",
            "minor",
            "operation"),
    NETWORK_RECEIVED_BYTES("container_network_receive_bytes_total", Type.COUNTER, "Bytes received.", "interface"),
    NETWORK_RECEIVED_PACKETS("container_network_receive_packets_total", Type.COUNTER, "Packets received.", "interface"),
    NETWORK_RECEIVE_DROPPED(
            "container_network_receive_packets_dropped_total",
            Type.COUNTER,
            "Packets dropped on receipt.",
            "interface"),
    NETWORK_RECEIVE_ERRORS("container_network_receive_errors_total", Type.COUNTER, "Errors on receipt.", "interface"),
    NETWORK_TRANSMITTED_BYTES("container_network_transmit_bytes_total", Type.COUNTER, "Bytes sent.", "interface"),
    NETWORK_TRANSMITTED_PACKETS("container_network_transmit_packets_total", Type.COUNTER, "Packets sent.", "interface"),
    NETWORK_TRANSMIT_DROPPED(
            "container_network_transmit_packets_dropped_total",
            Type.COUNTER,
            "Packets dropped on sending.",
            "interface"),
    NETWORK_TRANSMIT_ERRORS("container_network_transmit_errors_total", Type.COUNTER, "Errors on sending.", "interface"),
    PROCESSES("container_processes", Type.GAUGE, "Processes."),
    THREADS("container_threads", Type.GAUGE, "Threads."),
    THREADS_MAX("container_threads_max", Type.GAUGE, "Most threads allowed; 0: no limit."),
    FILE_DESCRIPTORS("container_file_descriptors", Type.GAUGE, "Open file descriptors."),
    SOCKETS("container_sockets", Type.GAUGE, "Open sockets."),
    ULIMITS_SOFT(
            "container_ulimits_soft", Type.GAUGE, "Soft limits of the first process, where there is one.", "ulimit"),
    START_TIME("container_start_time_seconds", Type.GAUGE, "When it was started, seconds since the epoch."),
    LAST_SEEN("container_last_seen", Type.GAUGE, "When this was read, seconds since the epoch."),
    SPEC_CPU_PERIOD("container_spec_cpu_period", Type.GAUGE, "The period of the processor quota, microseconds."),
    SPEC_CPU_QUOTA(
            "container_spec_cpu_quota",
            Type.GAUGE,
            "The processor quota, microseconds of each period; absent without one."),
    SPEC_CPU_SHARES("container_spec_cpu_shares", Type.GAUGE, "The processor weight, on the scale of shares."),
    SPEC_MEMORY_LIMIT("container_spec_memory_limit_bytes", Type.GAUGE, "The memory limit; 0: none."),
    SPEC_MEMORY_RESERVATION(
            "container_spec_memory_reservation_limit_bytes",
            Type.GAUGE,
            "The amount of memory above which it is throttled (memory.high); 0: none."),
    SPEC_MEMORY_SWAP_LIMIT("container_spec_memory_swap_limit_bytes", Type.GAUGE, "The swap limit; 0: none."),
    PRESSURE_CPU_WAITING(
            "container_pressure_cpu_waiting_seconds_total",
            Type.COUNTER,
            "Time in which some thread waited for a processor, whole seconds."),
    PRESSURE_CPU_STALLED(
            "container_pressure_cpu_stalled_seconds_total",
            Type.COUNTER,
            "Time in which every thread waited for a processor, whole seconds."),
    PRESSURE_MEMORY_WAITING(
            "container_pressure_memory_waiting_seconds_total",
            Type.COUNTER,
            "Time in which some thread waited for memory, whole seconds."),
    PRESSURE_MEMORY_STALLED(
            "container_pressure_memory_stalled_seconds_total",
            Type.COUNTER,
            "Time in which every thread waited for memory, whole seconds."),
    PRESSURE_IO_WAITING(
            "container_pressure_io_waiting_seconds_total",
            Type.COUNTER,
            "Time in which some thread waited for a disk, whole seconds."),
    PRESSURE_IO_STALLED(
            "container_pressure_io_stalled_seconds_total",
            Type.COUNTER,
            "Time in which every thread waited for a disk, whole seconds."),
    SCRAPE_ERROR("container_scrape_error", Type.GAUGE, "1 when something of the pod could not be read, else 0.");

    /** What a value is. */
    public enum Type {
        /** Grows until the container is gone. */
        COUNTER,
        /** Goes up and down. */
        GAUGE
    }

    private final String metricName;
    private final Type type;
    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes one that is
    private final List<String> labels;

    PodMetric(String metricName, Type type, String help, String... labels) {
        this.metricName = metricName;
        this.type = type;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** As Prometheus knows it. */
    public String metricName() {
        return metricName;
    }

    public Type type() {
        return type;
    }

    public String help() {
        return help;
    }

    /** The labels behind those that every metric has (pod, namespace, container, id, image). */
    public List<String> labels() {
        return labels;
    }
}

package io.berth.core.cgroup;

/**
 * A limit of huge pages.
 *
 * @param pageSize as the kernel names it: "2MB", "1GB"
 * @param limitBytes unsigned
 */
public record HugepageLimit(String pageSize, long limitBytes) {}

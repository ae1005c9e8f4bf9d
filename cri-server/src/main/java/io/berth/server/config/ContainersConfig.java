package io.berth.server.config;

/**
 * What holds for all containers.
 *
 * @param execOutputLimit bytes kept of each stream of an ExecSync
 * @param logLineLimit bytes of a log line before it is split
 */
public record ContainersConfig(
        int execOutputLimit, int logLineLimit, boolean unprivilegedPorts, boolean unprivilegedIcmp) {
    static ContainersConfig read(Section section) {
        return new ContainersConfig(
                (int) section.size("exec_output_limit", "1MiB", "1KiB", "1900KiB", """
                        How much is kept of each of the two streams of an ExecSync; the rest is read and dropped."""),
                (int) section.size("log_line_limit", "16KiB", "256", "256KiB", """
                        A longer line of a container is split in its log (tag P)."""),
                section.flag("unprivileged_ports", true, """
                        Pods with a network of their own may bind ports below 1024 without a capability."""),
                section.flag("unprivileged_icmp", true, """
                        Pods with a network of their own may ping without a capability."""));
    }
}

package io.berth.core.sandbox;

import io.berth.core.Immutable;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.security.SandboxSecurityContext;
import io.berth.core.security.SelinuxOptions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox is asked to be.
 *
 * @param hostname empty: the host's for a host-network pod, else none is set
 * @param logDirectory where the containers' log paths start; empty: nothing is logged
 * @param dns null: the host's resolv.conf
 * @param cgroupParent a cgroupfs path ("/kubepods/burstable/podX") or a systemd slice ("kubepods-podX.slice"); empty:
 *     one of Berth's own
 */
public record SandboxConfig(
        SandboxMetadata metadata,
        String hostname,
        String logDirectory,
        @Nullable DnsConfig dns,
        List<HostPort> ports,
        Map<String, String> labels,
        Map<String, String> annotations,
        String cgroupParent,
        SandboxSecurityContext security,
        Map<String, String> sysctls,
        @Nullable LinuxResources overhead,
        @Nullable LinuxResources resources) {
    public SandboxConfig {
        hostname = Immutable.text(hostname);
        logDirectory = Immutable.text(logDirectory);
        ports = Immutable.list(ports);
        labels = Immutable.map(labels);
        annotations = Immutable.map(annotations);
        cgroupParent = Immutable.text(cgroupParent);
        sysctls = Immutable.map(sysctls);
    }

    /** The same with another SELinux label. */
    public SandboxConfig withSelinux(SelinuxOptions selinux) {
        return new SandboxConfig(
                metadata,
                hostname,
                logDirectory,
                dns,
                ports,
                labels,
                annotations,
                cgroupParent,
                security.withSelinux(selinux),
                sysctls,
                overhead,
                resources);
    }

    /** The same with other pod-level resources, as an in-place resize sends them. */
    public SandboxConfig withResources(@Nullable LinuxResources newOverhead, @Nullable LinuxResources newResources) {
        return new SandboxConfig(
                metadata,
                hostname,
                logDirectory,
                dns,
                ports,
                labels,
                annotations,
                cgroupParent,
                security,
                sysctls,
                newOverhead == null ? overhead : newOverhead,
                newResources == null ? resources : newResources);
    }
}

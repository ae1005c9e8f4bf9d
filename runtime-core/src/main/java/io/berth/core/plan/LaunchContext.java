package io.berth.core.plan;

import io.berth.core.sandbox.SandboxNamespaces;
import io.berth.imagefs.Snapshot;
import java.nio.file.Path;

/**
 * What a launch plan says beyond the OCI specification.
 *
 * @param namespaces of the sandbox: a specification that names one of these paths means the sandbox's own
 * @param sandboxShm the path that stands for the sandbox's /dev/shm
 * @param cgroupDirectory of the container, absolute on the host
 * @param logPath absolute on the host; empty: output is dropped
 * @param deviceFilter whether a filter on the cgroup says which devices work
 * @param stagingDirectory where a root is put before pivot_root
 * @param bundle the directory that hooks are told: config.json is there, and before pivot_root the root
 */
public record LaunchContext(
        String containerId,
        SandboxNamespaces namespaces,
        Path sandboxShm,
        Path cgroupDirectory,
        Snapshot snapshot,
        String logPath,
        boolean standardInput,
        boolean standardInputOnce,
        int logLineLimitBytes,
        boolean deviceFilter,
        Path stagingDirectory,
        Path bundle) {}

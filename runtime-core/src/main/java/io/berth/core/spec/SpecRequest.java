package io.berth.core.spec;

import io.berth.core.container.ContainerConfig;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.sandbox.SandboxFiles;
import io.berth.core.sandbox.SandboxNamespaces;
import io.berth.imagefs.ImageConfig;
import io.berth.imagefs.ResolvedUser;
import java.util.Map;

/**
 * All that a container's OCI specification is made from.
 *
 * @param hostname the pod's, as its containers see it
 * @param targetPidNamespace for a container that shares another's PID namespace: its path; else empty
 * @param imageVolumes the images of mounts, by the mount's place in the container's config
 * @param rootPath the directory that the container's snapshot stands for
 * @param cgroupPath of the container, relative to the cgroup2 root
 * @param user whom the user that was asked for, or the image's, is
 */
public record SpecRequest(
        ContainerConfig container,
        SandboxConfig sandbox,
        SandboxNamespaces namespaces,
        SandboxFiles files,
        String hostname,
        String targetPidNamespace,
        ImageConfig image,
        ResolvedUser user,
        Map<Integer, ImageVolume> imageVolumes,
        String rootPath,
        String cgroupPath) {}

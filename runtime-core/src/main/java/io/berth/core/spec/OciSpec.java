package io.berth.core.spec;

import io.berth.core.Immutable;
import io.berth.core.cgroup.LinuxResources;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container as the OCI runtime specification (config.md, version 1.2) describes it; field names as there.
 *
 * @param hostname set only when the container has a UTS namespace of its own
 */
public record OciSpec(
        String ociVersion,
        OciProcess process,
        OciRoot root,
        String hostname,
        List<OciMount> mounts,
        Map<String, String> annotations,
        OciLinux linux,
        @Nullable OciHooks hooks) {
    /** The version of the specification that these records follow. */
    public static final String VERSION = "1.2.0";

    public OciSpec {
        hostname = Immutable.text(hostname);
        mounts = Immutable.list(mounts);
        annotations = Immutable.map(annotations);
    }

    /** The same with another score for its processes, -1000 to 1000. */
    public OciSpec withOomScoreAdj(int score) {
        return new OciSpec(
                ociVersion, process.withOomScoreAdj(score), root, hostname, mounts, annotations, linux, hooks);
    }

    /** The same with other limits; which devices may be used stays. */
    public OciSpec with(LinuxResources limits) {
        return new OciSpec(ociVersion, process, root, hostname, mounts, annotations, linux.with(limits), hooks);
    }
}

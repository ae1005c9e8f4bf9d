package io.berth.core.spec;

import io.berth.core.Immutable;
import java.util.List;

/** A mount (config.md, "mounts"). */
public record OciMount(
        String destination,
        String type,
        String source,
        List<String> options,
        List<OciLinux.IdMapping> uidMappings,
        List<OciLinux.IdMapping> gidMappings) {
    public OciMount {
        options = Immutable.list(options);
        uidMappings = Immutable.list(uidMappings);
        gidMappings = Immutable.list(gidMappings);
    }

    public static OciMount of(String destination, String type, String source, String... options) {
        return new OciMount(destination, type, source, List.of(options), List.of(), List.of());
    }
}

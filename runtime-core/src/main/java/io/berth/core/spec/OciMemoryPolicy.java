package io.berth.core.spec;

import io.berth.core.Immutable;
import java.util.List;

/**
 * From which nodes a process gets its memory (config-linux.md, "memoryPolicy").
 *
 * @param mode MPOL_BIND and so on
 * @param nodes a list such as 0-3,7; may be empty
 * @param flags MPOL_F_STATIC_NODES and so on
 */
public record OciMemoryPolicy(String mode, String nodes, List<String> flags) {
    public OciMemoryPolicy {
        nodes = Immutable.text(nodes);
        flags = Immutable.list(flags);
    }
}

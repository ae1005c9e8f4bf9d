package io.berth.core.security;

import io.berth.core.Immutable;
import java.util.List;

/** Capabilities to add to and drop from the default set, by name with or without CAP_, or ALL. */
public record CapabilityChange(List<String> add, List<String> drop, List<String> addAmbient) {
    public static final CapabilityChange NONE = new CapabilityChange(List.of(), List.of(), List.of());

    public CapabilityChange {
        add = Immutable.list(add);
        drop = Immutable.list(drop);
        addAmbient = Immutable.list(addAmbient);
    }
}

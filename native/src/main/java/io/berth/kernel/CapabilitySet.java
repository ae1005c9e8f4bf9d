package io.berth.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * A set of capabilities, as the kernel writes it.
 *
 * @param bits bit N for capability number N; may hold capabilities that are newer than {@link Capability} knows
 */
public record CapabilitySet(long bits) {
    /** No capability at all. */
    public static final CapabilitySet NONE = new CapabilitySet(0);

    /** The set of these. */
    public static CapabilitySet of(Capability... capabilities) {
        long bits = 0;
        for (Capability capability : capabilities) {
            bits |= 1L << capability.number();
        }
        return new CapabilitySet(bits);
    }

    /** Returns whether {@code capability} is in the set. */
    public boolean contains(Capability capability) {
        return (bits >>> capability.number() & 1) != 0;
    }

    /** Returns this set with the other's members. */
    public CapabilitySet union(CapabilitySet other) {
        return new CapabilitySet(bits | other.bits);
    }

    /** Returns what is in both. */
    public CapabilitySet intersection(CapabilitySet other) {
        return new CapabilitySet(bits & other.bits);
    }

    /** Returns this set without the other's members. */
    public CapabilitySet minus(CapabilitySet other) {
        return new CapabilitySet(bits & ~other.bits);
    }

    /** Returns the kernel's names of the members that {@link Capability} knows, by number. */
    public List<String> names() {
        return Arrays.stream(Capability.values())
                .filter(this::contains)
                .map(Capability::kernelName)
                .toList();
    }
}

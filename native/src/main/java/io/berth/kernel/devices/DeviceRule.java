package io.berth.kernel.devices;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Devices that are allowed or denied.
 *
 * @param kind null: both kinds
 * @param major null: all
 * @param minor null: all
 */
public record DeviceRule(
        boolean allow,
        @Nullable Kind kind,
        @Nullable Integer major,
        @Nullable Integer minor,
        Set<Access> access) {
    public DeviceRule {
        access = Set.copyOf(access);
    }

    /** What kind of device node, with the kernel's number for it ({@code BPF_DEVCG_DEV_*}). */
    public enum Kind {
        BLOCK(1),
        CHARACTER(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /** What is done with a device, with the kernel's bit for it ({@code BPF_DEVCG_ACC_*}). */
    public enum Access {
        MAKE(1),
        READ(2),
        WRITE(4);

        private final int bit;

        Access(int bit) {
            this.bit = bit;
        }

        int bit() {
            return bit;
        }
    }

    /** Whether it is about every device and every access. */
    boolean isForAll() {
        return kind == null && major == null && minor == null && access.size() == Access.values().length;
    }

    int accessBits() {
        int bits = 0;
        for (Access each : access) {
            bits |= each.bit();
        }
        return bits;
    }
}

package io.berth.core.security;

import io.berth.core.Immutable;

/**
 * A seccomp or AppArmor profile that is asked for.
 *
 * @param localhostReference a file path (seccomp) or a loaded profile's name (AppArmor), for {@link Type#LOCALHOST}
 */
public record SecurityProfile(Type type, String localhostReference) {
    /** Which profile. */
    public enum Type {
        RUNTIME_DEFAULT,
        UNCONFINED,
        LOCALHOST
    }

    public SecurityProfile {
        localhostReference = Immutable.text(localhostReference);
    }

    public static SecurityProfile unconfined() {
        return new SecurityProfile(Type.UNCONFINED, "");
    }

    public static SecurityProfile runtimeDefault() {
        return new SecurityProfile(Type.RUNTIME_DEFAULT, "");
    }
}

package io.berth.core.security;

import io.berth.core.Immutable;

/** The parts of an SELinux label; empty parts are not asked for. */
public record SelinuxOptions(String user, String role, String type, String level) {
    public static final SelinuxOptions NONE = new SelinuxOptions("", "", "", "");

    public SelinuxOptions {
        user = Immutable.text(user);
        role = Immutable.text(role);
        type = Immutable.text(type);
        level = Immutable.text(level);
    }

    public boolean isEmpty() {
        return user.isEmpty() && role.isEmpty() && type.isEmpty() && level.isEmpty();
    }
}

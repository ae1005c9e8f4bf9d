package io.berth.core.selinux;

import io.berth.core.error.BerthException;
import io.berth.core.security.SelinuxOptions;
import java.util.regex.Pattern;

/**
 * A security context, as policies call a label.
 *
 * @param level empty in a policy without levels
 */
record Label(String user, String role, String type, String level) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{0,255}");
    private static final Pattern LEVEL =
            Pattern.compile("(s\\d{1,2}(-s\\d{1,2})?(:c\\d{1,4}(\\.c\\d{1,4})?(,c\\d{1,4}(\\.c\\d{1,4})?)*)?){0,1}");

    /** The parts of a text user:role:type or user:role:type:level. */
    static Label parse(String text) {
        String[] parts = text.split(":", 4);
        return new Label(
                parts[0],
                parts.length > 1 ? parts[1] : "",
                parts.length > 2 ? parts[2] : "",
                parts.length > 3 ? parts[3] : "");
    }

    /** Refuses what cannot be part of a label, as INVALID_ARGUMENT with the field's name. */
    static void check(SelinuxOptions options) {
        name("user", options.user());
        name("role", options.role());
        name("type", options.type());
        if (!LEVEL.matcher(options.level()).matches()) {
            throw BerthException.invalidArgument(
                    "selinux_options.level \"" + options.level() + "\" is no level: s0 or s0:c1,c2 is expected");
        }
    }

    private static void name(String field, String value) {
        if (!NAME.matcher(value).matches()) {
            throw BerthException.invalidArgument(
                    "selinux_options." + field + " \"" + value + "\" is not the name of a " + field);
        }
    }

    /** What is asked for, and where nothing is, what this label says. */
    SelinuxOptions fill(SelinuxOptions asked, String levelOfPod) {
        return new SelinuxOptions(
                asked.user().isEmpty() ? user : asked.user(),
                asked.role().isEmpty() ? role : asked.role(),
                asked.type().isEmpty() ? type : asked.type(),
                asked.level().isEmpty() ? levelOfPod : asked.level());
    }

    static Label of(SelinuxOptions options) {
        return new Label(options.user(), options.role(), options.type(), options.level());
    }

    @Override
    public String toString() {
        return user + ":" + role + ":" + type + (level.isEmpty() ? "" : ":" + level);
    }
}

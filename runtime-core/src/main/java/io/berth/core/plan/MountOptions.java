package io.berth.core.plan;

import io.berth.core.Immutable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A mount's options in the kernel's terms (linux/mount.h, mount_setattr(2)), parsed from the OCI specification's words.
 * The shim applies one set of attributes to one mount or to its whole tree: where one option asks for the tree (rro),
 * all of that mount's options go with it.
 *
 * @param attributesSet MOUNT_ATTR_* to set
 * @param attributesClear MOUNT_ATTR_* to clear first
 * @param recursiveAttributes for the whole tree
 * @param recursiveBind rbind
 * @param propagation empty: none asked for
 * @param data what the file system itself takes
 */
record MountOptions(
        long attributesSet,
        long attributesClear,
        boolean recursiveAttributes,
        boolean bind,
        boolean recursiveBind,
        String propagation,
        boolean idmap,
        boolean recursiveIdmap,
        boolean copyUp,
        List<String> data) {
    private static final long READONLY = 0x1;
    private static final long NOSUID = 0x2;
    private static final long NODEV = 0x4;
    private static final long NOEXEC = 0x8;
    private static final long ACCESS_TIME_MASK = 0x70;
    private static final long NOATIME = 0x10;
    private static final long STRICTATIME = 0x20;
    private static final long NODIRATIME = 0x80;
    private static final long NOSYMFOLLOW = 0x200000;

    private static final Map<String, Long> SETTING = Map.of(
            "ro", READONLY,
            "nosuid", NOSUID,
            "nodev", NODEV,
            "noexec", NOEXEC,
            "nodiratime", NODIRATIME,
            "nosymfollow", NOSYMFOLLOW);
    private static final Map<String, Long> CLEARING = Map.of(
            "rw", READONLY,
            "suid", NOSUID,
            "dev", NODEV,
            "exec", NOEXEC,
            "diratime", NODIRATIME,
            "symfollow", NOSYMFOLLOW);
    private static final Map<String, Long> ACCESS_TIME =
            Map.of("relatime", 0L, "noatime", NOATIME, "strictatime", STRICTATIME);
    private static final Set<String> PROPAGATION =
            Set.of("private", "slave", "shared", "unbindable", "rprivate", "rslave", "rshared", "runbindable");
    private static final Set<String> WITHOUT_MEANING =
            Set.of("defaults", "async", "noauto", "nouser", "norelatime", "nostrictatime", "noiversion", "nomand");

    MountOptions {
        data = Immutable.list(data);
    }

    static MountOptions parse(List<String> options) {
        Parser parser = new Parser();
        options.forEach(parser::option);
        return parser.result();
    }

    private static final class Parser {
        private final List<String> data = new ArrayList<>();
        private long set;
        private long clear;
        private boolean recursive;
        private boolean bind;
        private boolean recursiveBind;
        private String propagation = "";
        private boolean idmap;
        private boolean recursiveIdmap;
        private boolean copyUp;

        void option(String option) {
            if (attribute(option) || propagation(option)) {
                return;
            }
            if (option.startsWith("r") && attribute(option.substring(1))) {
                recursive = true;
                return;
            }
            switch (option) {
                case "bind" -> bind = true;
                case "rbind" -> {
                    bind = true;
                    recursiveBind = true;
                }
                case "idmap" -> idmap = true;
                case "ridmap" -> {
                    idmap = true;
                    recursiveIdmap = true;
                }
                case "tmpcopyup" -> copyUp = true;
                default -> {
                    if (!WITHOUT_MEANING.contains(option)) {
                        data.add(option);
                    }
                }
            }
        }

        private boolean propagation(String option) {
            if (!PROPAGATION.contains(option)) {
                return false;
            }
            propagation = option;
            return true;
        }

        private boolean attribute(String option) {
            Long setting = SETTING.get(option);
            if (setting != null) {
                set |= setting;
                clear &= ~setting;
                return true;
            }
            Long clearing = CLEARING.get(option);
            if (clearing != null) {
                set &= ~clearing;
                clear |= clearing;
                return true;
            }
            Long accessTime = ACCESS_TIME.get(option);
            if (accessTime != null) {
                set = (set & ~ACCESS_TIME_MASK) | accessTime;
                clear |= ACCESS_TIME_MASK;
                return true;
            }
            return false;
        }

        MountOptions result() {
            return new MountOptions(
                    set, clear, recursive, bind, recursiveBind, propagation, idmap, recursiveIdmap, copyUp, data);
        }
    }
}

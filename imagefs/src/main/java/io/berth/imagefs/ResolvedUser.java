package io.berth.imagefs;

import java.util.List;

/**
 * Who a container's process runs as. Ids are 0 to 2,147,483,647.
 *
 * @param additionalGids groups of {@code /etc/group} that list the user, without {@code gid} itself
 * @param home home directory by {@code /etc/passwd}, or {@code /}
 */
public record ResolvedUser(int uid, int gid, List<Integer> additionalGids, String home) {
    public ResolvedUser {
        additionalGids = List.copyOf(additionalGids);
    }
}

package io.berth.core.security;

/** Whether the groups that the image's /etc/group gives the user are added to those asked for. */
public enum SupplementalGroupsPolicy {
    MERGE,
    STRICT
}

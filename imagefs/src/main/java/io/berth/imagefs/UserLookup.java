package io.berth.imagefs;

/** The users and groups of one image ({@code /etc/passwd} and {@code /etc/group}), read once. Immutable, any thread. */
public interface UserLookup {
    /**
     * Finds who a user string means.
     *
     * @param user {@code ""} (root), {@code "name"}, {@code "1000"}, and either with {@code ":group"} or
     *     {@code ":1000"} after it. A number needs no entry in the files; its group is then 0 unless an entry or the
     *     string says otherwise.
     * @throws ImageException of kind {@link ImageException.Kind#UNKNOWN_USER} for a name that is not there, and of kind
     *     {@link ImageException.Kind#INVALID_ARGUMENT} for a string that is none of these, or a number out of range
     */
    ResolvedUser resolve(String user);
}

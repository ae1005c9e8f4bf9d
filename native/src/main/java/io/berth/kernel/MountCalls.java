package io.berth.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Mounts, by the old call and by the new ones. Detached mounts ({@link #fsmount}, {@link #openTree} with
 * {@link MountFlags#OPEN_TREE_CLONE}) are seen by nobody else and go when their descriptor is closed. Each method
 * throws {@link SystemCallException}; those of a file-system context add what the file system said.
 */
public interface MountCalls {
    /** Mounts the old way, flags are {@code MS_*}; {@code data} is at most a page. */
    void mount(@Nullable String source, String target, @Nullable String type, long flags, @Nullable String data);

    /** Unmounts, flags are {@code MNT_*} and {@code UMOUNT_NOFOLLOW}. */
    void umount2(String target, int flags);

    /** Opens a context to configure a new file system of {@code type}. The caller owns the descriptor. */
    Descriptor fsopen(String type);

    /** Sets an option of a context to a value. */
    void fsconfigString(Descriptor context, String key, String value);

    /** Sets an option of a context that has no value. */
    void fsconfigFlag(Descriptor context, String key);

    /** Sets an option of a context to an open file. */
    void fsconfigDescriptor(Descriptor context, String key, Descriptor value);

    /** Makes the file system as configured. */
    void fsconfigCreate(Descriptor context);

    /**
     * Makes a detached mount of the context's file system. The caller owns the descriptor.
     *
     * @param attributes {@code MOUNT_ATTR_*}
     */
    Descriptor fsmount(Descriptor context, int attributes);

    /**
     * Takes a handle on a mount or, with {@link MountFlags#OPEN_TREE_CLONE}, a detached copy. The caller owns the
     * descriptor.
     */
    Descriptor openTree(@Nullable Descriptor directory, String path, int flags);

    /** Attaches the mount of {@code mount} at a path. */
    void moveMount(Descriptor mount, @Nullable Descriptor toDirectory, String toPath);

    /**
     * Changes attributes of a mount, or with {@link AtFlags#RECURSIVE} of a tree.
     *
     * @param set {@code MOUNT_ATTR_*} to set
     * @param clear {@code MOUNT_ATTR_*} to clear
     * @param propagation {@code MS_PRIVATE} and its like, 0 to leave it
     * @param userNamespace for {@code MOUNT_ATTR_IDMAP}, else null
     */
    void mountSetattr(
            @Nullable Descriptor directory,
            String path,
            int flags,
            long set,
            long clear,
            long propagation,
            @Nullable Descriptor userNamespace);
}

package io.berth.kernel;

/**
 * Subvolumes of btrfs, by the controls of {@code linux/btrfs.h}. Each method throws {@link SystemCallException}; on
 * another file system that is ENOTTY.
 */
public interface VolumeCalls {
    /** Makes an empty subvolume in a directory. */
    void makeSubvolume(Descriptor directory, String name);

    /** Makes a writable snapshot of a subvolume in a directory of the same file system. */
    void snapshotSubvolume(Descriptor subvolume, Descriptor directory, String name);

    /** Takes a subvolume away with all that is in it; the kernel frees its space soon. */
    void deleteSubvolume(Descriptor directory, String name);

    /** Lets nobody write to a subvolume, or lets again. */
    void setSubvolumeReadOnly(Descriptor subvolume, boolean readOnly);

    /** Begins to count what each subvolume has for itself; fine when it was begun before. */
    void enableSubvolumeQuota(Descriptor fileSystem);

    /**
     * Bounds what a subvolume may have for itself. Needs {@link #enableSubvolumeQuota}.
     *
     * @param bytes that it shares with no other subvolume
     */
    void limitSubvolume(Descriptor subvolume, long bytes);

    /** The number of a subvolume, which is that of its group of {@link #limitSubvolume} too. */
    long subvolumeNumber(Descriptor subvolume);

    /**
     * Forgets the group of a subvolume that is deleted. From Linux 6.11 on the kernel does that by itself, and may
     * refuse it until then (EBUSY).
     */
    void forgetSubvolumeGroup(Descriptor fileSystem, long number);
}

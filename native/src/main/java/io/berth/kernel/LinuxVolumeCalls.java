package io.berth.kernel;

import static io.berth.kernel.KernelEntry.require;

import java.nio.charset.StandardCharsets;

/** {@link VolumeCalls} by system call. */
interface LinuxVolumeCalls extends VolumeCalls {
    /** {@code BTRFS_IOC_SUBVOL_CREATE}, with {@code struct btrfs_ioctl_vol_args}. */
    long SUBVOLUME_CREATE = 0x5000940eL;

    /** {@code BTRFS_IOC_SNAP_DESTROY}, with {@code struct btrfs_ioctl_vol_args}. */
    long SNAPSHOT_DESTROY = 0x5000940fL;

    /** {@code BTRFS_IOC_SNAP_CREATE_V2}, with {@code struct btrfs_ioctl_vol_args_v2}. */
    long SNAPSHOT_CREATE = 0x50009417L;

    /** {@code BTRFS_IOC_SUBVOL_SETFLAGS}. */
    long SUBVOLUME_SET_FLAGS = 0x4008941aL;

    /** {@code BTRFS_IOC_QUOTA_CTL}, with {@code struct btrfs_ioctl_quota_ctl_args}. */
    long QUOTA_CONTROL = 0xc0109428L;

    /** {@code BTRFS_IOC_QGROUP_LIMIT}, with {@code struct btrfs_ioctl_qgroup_limit_args}. */
    long GROUP_LIMIT = 0x8030942bL;

    /** {@code BTRFS_IOC_QGROUP_CREATE}, with {@code struct btrfs_ioctl_qgroup_create_args}: makes and deletes. */
    long GROUP_CREATE = 0x4010942aL;

    /** {@code BTRFS_IOC_INO_LOOKUP}, with {@code struct btrfs_ioctl_ino_lookup_args}. */
    long LOOK_UP = 0xd0009412L;

    /** {@code BTRFS_FIRST_FREE_OBJECTID}: the root directory of a subvolume. */
    long ROOT_DIRECTORY = 256;

    /** Both forms of the arguments. */
    int ARGUMENTS = 4096;

    /** Where the name is in the first form, and how long it may be. */
    int NAME = 8;

    /** Where the name is in the second form. */
    int NAME_OF_SNAPSHOT = 56;

    /** {@code BTRFS_VOL_NAME_MAX}. */
    int LONGEST_NAME = 255;

    /** {@code BTRFS_SUBVOL_RDONLY}. */
    long READ_ONLY = 2;

    /** {@code BTRFS_QUOTA_CTL_ENABLE}. */
    long ENABLE = 1;

    /** {@code BTRFS_QGROUP_LIMIT_MAX_EXCL}. */
    long LIMIT_EXCLUSIVE = 2;

    @Override
    default void makeSubvolume(Descriptor directory, String name) {
        named(SUBVOLUME_CREATE, directory, name, NAME, 0);
    }

    @Override
    default void snapshotSubvolume(Descriptor subvolume, Descriptor directory, String name) {
        named(SNAPSHOT_CREATE, directory, name, NAME_OF_SNAPSHOT, subvolume.number());
    }

    @Override
    default void deleteSubvolume(Descriptor directory, String name) {
        named(SNAPSHOT_DESTROY, directory, name, NAME, 0);
    }

    @Override
    default void setSubvolumeReadOnly(Descriptor subvolume, boolean readOnly) {
        try (Scratch scratch = Scratch.borrow()) {
            int flags = scratch.allocate(8);
            scratch.memory().putLong(flags, readOnly ? READ_ONLY : 0);
            control(scratch, SUBVOLUME_SET_FLAGS, subvolume, null, flags);
        }
    }

    @Override
    default void enableSubvolumeQuota(Descriptor fileSystem) {
        try (Scratch scratch = Scratch.borrow()) {
            int arguments = scratch.allocate(16);
            scratch.memory().putLong(arguments, ENABLE);
            control(scratch, QUOTA_CONTROL, fileSystem, null, arguments);
        }
    }

    @Override
    default void limitSubvolume(Descriptor subvolume, long bytes) {
        try (Scratch scratch = Scratch.borrow()) {
            // The group 0 is that of the subvolume itself.
            int arguments = scratch.allocate(48);
            scratch.memory().putLong(arguments + 8, LIMIT_EXCLUSIVE).putLong(arguments + 24, bytes);
            control(scratch, GROUP_LIMIT, subvolume, null, arguments);
        }
    }

    @Override
    default long subvolumeNumber(Descriptor subvolume) {
        try (Scratch scratch = Scratch.borrow()) {
            // The tree 0 is the one that the descriptor is in; its number is the answer.
            int arguments = scratch.allocate(ARGUMENTS);
            scratch.memory().putLong(arguments + 8, ROOT_DIRECTORY);
            control(scratch, LOOK_UP, subvolume, null, arguments);
            return scratch.memory().getLong(arguments);
        }
    }

    @Override
    default void forgetSubvolumeGroup(Descriptor fileSystem, long number) {
        try (Scratch scratch = Scratch.borrow()) {
            int arguments = scratch.allocate(16);
            scratch.memory().putLong(arguments + 8, number);
            control(scratch, GROUP_CREATE, fileSystem, null, arguments);
        }
    }

    private static void named(long request, Descriptor directory, String name, int place, long descriptor) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LONGEST_NAME) {
            throw new SystemCallException(SystemCallNumber.IOCTL.manualName(), name, Errno.ENAMETOOLONG);
        }
        try (Scratch scratch = Scratch.borrow()) {
            int arguments = scratch.allocate(ARGUMENTS);
            scratch.memory().putLong(arguments, descriptor);
            scratch.memory().put(arguments + place, bytes);
            control(scratch, request, directory, name, arguments);
        }
    }

    private static void control(
            Scratch scratch,
            long request,
            Descriptor descriptor,
            @org.jspecify.annotations.Nullable String subject,
            int arguments) {
        require(
                scratch,
                SystemCallNumber.IOCTL,
                descriptor,
                subject,
                descriptor.number(),
                request,
                scratch.address(arguments),
                0,
                0,
                0);
    }
}

package io.berth.kernel;

import static io.berth.kernel.KernelEntry.require;

/** {@link QuotaCalls} by system call. */
interface LinuxQuotaCalls extends QuotaCalls {
    /** {@code FS_IOC_FSGETXATTR}, with {@code struct fsxattr} of {@code linux/fs.h}. */
    long GET_FILE_ATTRIBUTES = 0x801c581fL;

    /** {@code FS_IOC_FSSETXATTR}. */
    long SET_FILE_ATTRIBUTES = 0x401c5820L;

    /** {@code sizeof(struct fsxattr)}. */
    int FILE_ATTRIBUTES = 28;

    /** Where the project is in it. */
    int PROJECT = 12;

    /** {@code FS_XFLAG_PROJINHERIT}. */
    int INHERITED = 0x200;

    /** {@code QCMD(Q_GETQUOTA, PRJQUOTA)}. */
    long GET_QUOTA = 0x80000702L;

    /** {@code QCMD(Q_SETQUOTA, PRJQUOTA)}. */
    long SET_QUOTA = 0x80000802L;

    /** {@code sizeof(struct if_dqblk)} of {@code linux/quota.h}. */
    int QUOTA = 72;

    /** {@code QIF_BLIMITS}. */
    int BLOCK_LIMITS = 1;

    /** What limits are counted in, bytes ({@code QIF_DQBLKSIZE}). */
    int BLOCK = 1024;

    @Override
    default int project(Descriptor file) {
        try (Scratch scratch = Scratch.borrow()) {
            int attributes = scratch.allocate(FILE_ATTRIBUTES);
            control(scratch, GET_FILE_ATTRIBUTES, file, attributes);
            return scratch.memory().getInt(attributes + PROJECT);
        }
    }

    @Override
    default void setProject(Descriptor directory, int project) {
        try (Scratch scratch = Scratch.borrow()) {
            int attributes = scratch.allocate(FILE_ATTRIBUTES);
            control(scratch, GET_FILE_ATTRIBUTES, directory, attributes);
            scratch.memory().putInt(attributes, scratch.memory().getInt(attributes) | INHERITED);
            scratch.memory().putInt(attributes + PROJECT, project);
            control(scratch, SET_FILE_ATTRIBUTES, directory, attributes);
        }
    }

    @Override
    default void setProjectLimit(Descriptor fileSystem, int project, long bytes) {
        try (Scratch scratch = Scratch.borrow()) {
            int quota = scratch.allocate(QUOTA);
            long blocks = (bytes + BLOCK - 1) / BLOCK;
            scratch.memory().putLong(quota, blocks).putLong(quota + 8, blocks).putInt(quota + 64, BLOCK_LIMITS);
            quota(scratch, SET_QUOTA, fileSystem, project, quota);
        }
    }

    @Override
    default ProjectUsage projectUsage(Descriptor fileSystem, int project) {
        try (Scratch scratch = Scratch.borrow()) {
            int quota = scratch.allocate(QUOTA);
            quota(scratch, GET_QUOTA, fileSystem, project, quota);
            return new ProjectUsage(
                    scratch.memory().getLong(quota + 16), scratch.memory().getLong(quota + 40));
        }
    }

    private static void control(Scratch scratch, long request, Descriptor descriptor, int arguments) {
        require(
                scratch,
                SystemCallNumber.IOCTL,
                descriptor,
                null,
                descriptor.number(),
                request,
                scratch.address(arguments),
                0,
                0,
                0);
    }

    private static void quota(Scratch scratch, long command, Descriptor fileSystem, int project, int quota) {
        require(
                scratch,
                SystemCallNumber.QUOTACTL_FD,
                fileSystem,
                null,
                fileSystem.number(),
                command,
                project,
                scratch.address(quota),
                0,
                0);
    }
}

package io.berth.kernel;

import java.util.Locale;

/**
 * The numbers of the system calls that Berth makes, by machine: {@code asm/unistd_64.h} of x86-64 and
 * {@code asm-generic/unistd.h}, which arm64 uses.
 */
enum SystemCallNumber {
    OPENAT2(437, 437),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    SYMLINKAT(266, 36),
    LINKAT(265, 37),
    UNLINKAT(263, 35),
    RENAMEAT2(316, 276),
    READLINKAT(267, 78),
    STATX(332, 291),
    GETDENTS64(217, 61),
    STATFS(137, 43),
    FSTATFS(138, 44),
    FCHOWNAT(260, 54),
    FCHOWN(93, 55),
    FCHMOD(91, 52),
    FCHMODAT(268, 53),
    UTIMENSAT(280, 88),
    LSETXATTR(189, 6),
    FSETXATTR(190, 7),
    LGETXATTR(192, 9),
    FGETXATTR(193, 10),
    LLISTXATTR(195, 12),
    LREMOVEXATTR(198, 15),
    READ(0, 63),
    WRITE(1, 64),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    FSYNC(74, 82),
    FDATASYNC(75, 83),
    SYNCFS(306, 267),
    FTRUNCATE(77, 46),
    FALLOCATE(285, 47),
    COPY_FILE_RANGE(326, 285),
    IOCTL(16, 29),
    FCNTL(72, 25),
    FLOCK(73, 32),
    LSEEK(8, 62),
    QUOTACTL_FD(443, 443),
    CLOSE(3, 57),
    MEMFD_CREATE(319, 279),
    MADVISE(28, 233),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    MOVE_MOUNT(429, 429),
    OPEN_TREE(428, 428),
    MOUNT_SETATTR(442, 442),
    SETNS(308, 268),
    UNSHARE(272, 97),
    SOCKET(41, 198),
    SOCKETPAIR(53, 199),
    BIND(49, 200),
    CONNECT(42, 203),
    GETSOCKNAME(51, 204),
    SETSOCKOPT(54, 208),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    PIDFD_OPEN(434, 434),
    PIDFD_SEND_SIGNAL(424, 424),
    WAIT4(61, 260),
    PPOLL(271, 73),
    CLOCK_GETTIME(228, 113),
    BPF(321, 280);

    private final int x8664;
    private final int arm64;

    SystemCallNumber(int x8664, int arm64) {
        this.x8664 = x8664;
        this.arm64 = arm64;
    }

    /** Returns the number on {@code architecture}. */
    int on(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> x8664;
            case ARM64 -> arm64;
        };
    }

    /** Returns the call's name as the manual has it. */
    String manualName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

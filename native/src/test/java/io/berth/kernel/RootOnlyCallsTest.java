package io.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Mounts, namespaces and netlink, in namespaces of the test's own. */
@EnabledIf(value = "isRoot", disabledReason = "needs root")
class RootOnlyCallsTest {
    private final SystemCalls calls = SystemCalls.real();

    @TempDir
    Path directory;

    static boolean isRoot() {
        return ProcessStatus.current().effective().contains(Capability.SYS_ADMIN);
    }

    /** Runs on a platform thread that ends afterwards, with new namespaces. */
    private void apart(int namespaces, Runnable body) throws InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().name("apart").start(() -> {
            try {
                calls.unshare(namespaces);
                body.run();
            } catch (Throwable thrown) {
                failure.set(thrown);
            }
        });
        thread.join(30_000);
        assertThat(failure.get()).isNull();
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void aDetachedOverlayIsReadAndLeavesNoMount() throws Exception {
        Path lower = Files.createDirectory(directory.resolve("lower"));
        Files.writeString(lower.resolve("file"), "from below");
        long before = Files.readAllLines(Path.of("/proc/self/mountinfo")).size();
        try (Descriptor context = calls.fsopen("overlay")) {
            calls.fsconfigString(context, "lowerdir", lower + ":" + Files.createDirectory(directory.resolve("l2")));
            calls.fsconfigCreate(context);
            try (Descriptor mount = calls.fsmount(context, MountFlags.ATTRIBUTE_READ_ONLY);
                    Descriptor file =
                            calls.openat2(mount, "file", OpenHow.reading().inRoot())) {
                ByteBuffer text = ByteBuffer.allocate(100);
                assertThat(calls.read(file, text)).isEqualTo(10);
                assertThat(calls.fstatfs(mount).type()).isEqualTo(FileSystemStatus.OVERLAY);
            }
        }
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")).size()).isEqualTo(before);
    }

    @Test
    void aRefusedOptionIsExplainedByTheFileSystem() {
        try (Descriptor context = calls.fsopen("overlay")) {
            assertThatThrownBy(() -> calls.fsconfigString(context, "nonsense", "1"))
                    .isInstanceOf(SystemCallException.class)
                    .hasMessageContaining("fsconfig nonsense=1: EINVAL")
                    .hasMessageContaining("nknown parameter");
        }
        assertThatThrownBy(() -> calls.fsopen("nofs")).hasMessageContaining("fsopen nofs: ENODEV");
    }

    @Test
    void mountsAreMadeMovedAndChangedInANamespaceOfTheThread() throws Exception {
        Path place = Files.createDirectory(directory.resolve("place"));
        apart(NamespaceCalls.MOUNT, () -> {
            calls.mount(null, "/", null, MountFlags.RECURSIVE | MountFlags.PRIVATE, null);
            calls.mount("tmpfs", place.toString(), "tmpfs", MountFlags.NO_DEVICES, "size=64k");
            assertThat(calls.statfs(place.toString()).type()).isEqualTo(FileSystemStatus.TMPFS);
            calls.mkdirat(null, place + "/sub", 0700);
            try (Descriptor copy =
                    calls.openTree(null, place.toString(), MountFlags.OPEN_TREE_CLONE | AtFlags.RECURSIVE)) {
                calls.mountSetattr(copy, "", AtFlags.EMPTY_PATH, MountFlags.ATTRIBUTE_READ_ONLY, 0, 0, null);
                calls.moveMount(copy, null, place + "/sub");
            }
            assertThatThrownBy(() -> calls.mkdirat(null, place + "/sub/x", 0700))
                    .hasMessageContaining("EROFS");
            calls.umount2(place + "/sub", MountFlags.UNMOUNT_DETACH);
            calls.umount2(place.toString(), 0);
        });
        assertThat(calls.statfs(place.toString()).type()).isNotEqualTo(FileSystemStatus.TMPFS);
    }

    @Test
    void aNetlinkSocketStaysInItsNamespace() throws Exception {
        AtomicReference<@Nullable Descriptor> opened = new AtomicReference<>();
        apart(NamespaceCalls.NETWORK, () -> {
            Descriptor socket = calls.socket(SocketCalls.NETLINK, SocketCalls.RAW, SocketCalls.NETLINK_ROUTE);
            calls.bindNetlink(socket, 0, 0);
            opened.set(socket);
        });
        try (Descriptor socket = Objects.requireNonNull(opened.get())) {
            assertThat(calls.netlinkPort(socket)).isNotZero();
            calls.setReceiveTimeout(socket, Duration.ofSeconds(2));
            calls.setsockopt(socket, SocketCalls.NETLINK_LEVEL, SocketCalls.NETLINK_EXT_ACK, 1);
            // RTM_GETLINK, a dump: a new namespace has the loopback only.
            ByteBuffer request = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
            request.putInt(32)
                    .putShort((short) 18)
                    .putShort((short) 0x301)
                    .putInt(1)
                    .putInt(0)
                    .rewind();
            assertThat(calls.send(socket, request, 0)).isEqualTo(32);
            ByteBuffer answer = ByteBuffer.allocateDirect(32_768).order(ByteOrder.nativeOrder());
            int length = calls.receive(socket, answer, SocketCalls.PEEK | SocketCalls.FULL_LENGTH);
            assertThat(calls.receive(socket, answer.clear(), 0)).isEqualTo(length);
            assertThat(answer.getShort(4)).as("RTM_NEWLINK").isEqualTo((short) 16);
            assertThat(answer.getInt(20)).as("index of the loopback").isEqualTo(1);
        }
    }

    @Test
    void receivingEndsWithItsTimeout() {
        try (Descriptor socket = calls.socket(SocketCalls.NETLINK, SocketCalls.RAW, SocketCalls.NETLINK_ROUTE)) {
            calls.bindNetlink(socket, 0, 0);
            calls.setReceiveTimeout(socket, Duration.ofMillis(20));
            assertThatThrownBy(() -> calls.receive(socket, ByteBuffer.allocate(100), 0))
                    .isInstanceOfSatisfying(
                            SystemCallException.class,
                            failure -> assertThat(failure.errno()).isEqualTo(Errno.EAGAIN));
        }
    }

    @Test
    void aThreadJoinsAnothersNamespace() throws Exception {
        AtomicReference<@Nullable Descriptor> other = new AtomicReference<>();
        apart(
                NamespaceCalls.NETWORK,
                () -> other.set(calls.openat2(null, "/proc/thread-self/ns/net", OpenHow.reading())));
        try (Descriptor namespace = Objects.requireNonNull(other.get())) {
            apart(NamespaceCalls.FILE_SYSTEM_CONTEXT, () -> {
                calls.setns(namespace, NamespaceCalls.NETWORK);
                try (Descriptor mine = calls.openat2(null, "/proc/thread-self/ns/net", OpenHow.reading())) {
                    assertThat(calls.fstat(mine).inode())
                            .isEqualTo(calls.fstat(namespace).inode());
                }
            });
        }
    }

    @Test
    void aVirtualThreadKeepsItsNamespaces() throws Exception {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                calls.unshare(NamespaceCalls.NETWORK);
            } catch (IllegalStateException refused) {
                failure.set(refused);
            }
        });
        thread.join();
        assertThat(failure.get()).hasMessageContaining("virtual");
    }

    @Test
    void devicesAndOwnersAreMade() {
        try (Descriptor root = calls.openat2(null, directory.toString(), OpenHow.directory())) {
            calls.mknodat(root, "device", FileStatus.CHARACTER_DEVICE | 0600, 0x123, 0x45678);
            FileStatus status = calls.fstatat(root, "device", 0);
            assertThat(status.type()).isEqualTo(FileStatus.CHARACTER_DEVICE);
            assertThat(status.specialMajor()).isEqualTo(0x123);
            assertThat(status.specialMinor()).isEqualTo(0x45678);
            calls.symlinkat("nowhere", root, "link");
            calls.fchownat(root, "link", 4_000_000, -1, AtFlags.SYMLINK_NO_FOLLOW);
            calls.utimensat(root, "link", 5, 0, -1, 999_999_999, AtFlags.SYMLINK_NO_FOLLOW);
            FileStatus link = calls.fstatat(root, "link", AtFlags.SYMLINK_NO_FOLLOW);
            assertThat(link.uid()).isEqualTo(4_000_000);
            assertThat(link.gid()).isZero();
            assertThat(link.modificationSeconds()).isEqualTo(-1);
            assertThat(link.modificationNanoseconds()).isEqualTo(999_999_999);
            calls.lsetxattr(root, "link", "trusted.overlay.opaque", new byte[] {'y'});
            assertThat(calls.lgetxattr(root, "link", "trusted.overlay.opaque")).containsExactly('y');
            assertThatThrownBy(() -> calls.mknodat(root, "far", FileStatus.BLOCK_DEVICE, 5000, 0))
                    .hasMessageContaining("5000:0");
        }
    }
}

package io.berth.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RootFileSystemTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static ContainerPlan plan() {
        return NODE.pod("rooted").run().container("main", NODE.busybox());
    }

    @Test
    void aReadOnlyRootRefusesWriting() {
        PodContainer container = plan().command("sleep", "100")
                .security(context -> context.setReadonlyRootfs(true))
                .start();
        assertThat(container.execSync(10, "touch", "/file").getStderr().toStringUtf8())
                .contains("Read-only file system");
        assertThat(container.shell("touch /dev/shm/file && echo fine")).isEqualTo("fine");
    }

    @Test
    void whatIsWrittenIsTheContainersOwn() {
        assertThat(plan().script("echo x > /etc/passwd; echo done").start().output())
                .isEqualTo("done\n");
        assertThat(plan().command("head", "-n", "1", "/etc/passwd").start().output())
                .isEqualTo("root:x:0:0:root:/root:/bin/sh\n");
    }

    @Test
    void maskedPathsShowNothing() {
        PodContainer container = plan().command("sleep", "100")
                .security(context -> context.addMaskedPaths("/proc/version")
                        .addMaskedPaths("/proc/acpi")
                        .addMaskedPaths("/etc")
                        .addMaskedPaths("/proc/not/there"))
                .start();
        assertThat(container.exec("cat", "/proc/version")).isEmpty();
        assertThat(container.exec("ls", "-A", "/etc")).isEmpty();
        assertThat(container.execSync(10, "touch", "/etc/file").getExitCode()).isNotZero();
    }

    @Test
    void readOnlyPathsRefuseWriting() {
        PodContainer container = plan().command("sleep", "100")
                .security(context -> context.addReadonlyPaths("/proc/sys").addReadonlyPaths("/var"))
                .start();
        assertThat(container.execSync(10, "touch", "/var/file").getStderr().toStringUtf8())
                .contains("Read-only file system");
        assertThat(container
                        .execSync(10, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
                        .getExitCode())
                .isNotZero();
    }

    @Test
    void theUsualFileSystemsAreMounted() {
        PodContainer container = plan().command("sleep", "100").start();
        assertThat(container
                        .shell("awk '{print $2, $3, substr($4, 1, 2)}' /proc/mounts")
                        .lines())
                .contains(
                        "/ overlay rw",
                        "/proc proc rw",
                        "/dev tmpfs rw",
                        "/dev/pts devpts rw",
                        "/dev/shm tmpfs rw",
                        "/dev/mqueue mqueue rw",
                        "/sys sysfs ro",
                        "/sys/fs/cgroup cgroup2 ro");
    }

    @Test
    void theUsualDevicesAreThereAndNoOthers() {
        PodContainer container = plan().command("sleep", "100").start();
        assertThat(container.shell("find /dev -type c -o -type b | sort").lines())
                .contains("/dev/full", "/dev/null", "/dev/random", "/dev/tty", "/dev/urandom", "/dev/zero")
                .noneMatch(device ->
                        device.startsWith("/dev/vd") || device.startsWith("/dev/sd") || device.equals("/dev/kvm"));
        assertThat(container
                        .shell("for link in fd stdin stdout stderr ptmx; do readlink /dev/$link; done")
                        .lines())
                .containsExactly("/proc/self/fd", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2", "pts/ptmx");
        assertThat(container.shell("echo gone > /dev/null; head -c 2 /dev/zero | wc -c"))
                .isEqualTo("2");
    }

    @Test
    void aNodeOfADeviceThatWasNotGivenCannotBeUsed() {
        // mknod is allowed by the usual capabilities, the device is not: where no device filter can be, mounts are
        // nodev.
        PodContainer container = plan().command("sleep", "100").start();
        assertThat(container
                        .execSync(10, "sh", "-c", "mknod /dev/mem-copy c 1 1 && head -c 1 /dev/mem-copy")
                        .getExitCode())
                .isNotZero();
    }

    @Test
    void theHostsRootIsOutOfReach() {
        PodContainer container = plan().command("sleep", "100").start();
        assertThat(container.shell("ls -d /proc/1/root/work /../../work /proc/1/cwd/../../usr/share 2>/dev/null; true"))
                .isEmpty();
    }
}

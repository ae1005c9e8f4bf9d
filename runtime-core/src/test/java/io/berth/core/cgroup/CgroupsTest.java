package io.berth.core.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a directory that has the files of a cgroup; the kernel's own behaviour is in the end-to-end tests. */
class CgroupsTest {
    @TempDir
    Path root;

    @BeforeEach
    void controllers() throws IOException {
        Files.writeString(root.resolve("cgroup.controllers"), "cpu memory\n");
        Files.writeString(root.resolve("cgroup.subtree_control"), "cpu memory\n");
        Files.createDirectory(root.resolve("pod"));
        Files.writeString(root.resolve("pod/memory.max"), "max\n");
        Files.writeString(root.resolve("pod/cpu.weight"), "100\n");
    }

    @Test
    void aMissingControllerIsNamed() {
        Cgroups cgroups = new Cgroups(root, MissingControllers.FAIL);
        assertThat(cgroups.missing()).containsExactly("cpuset", "hugetlb", "io", "pids");
        assertThatThrownBy(() -> cgroups.apply("/pod", List.of(new CgroupSetting("cpuset", "cpuset.cpus", "0"))))
                .isInstanceOfSatisfying(BerthException.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(ErrorKind.FAILED_PRECONDITION);
                    assertThat(failure).hasMessageContaining("cpuset").hasMessageContaining("missing_controllers");
                });
    }

    @Test
    void aMissingControllerIsPassedOverWhenSoConfigured() throws IOException {
        Cgroups cgroups = new Cgroups(root, MissingControllers.WARN);
        cgroups.apply(
                "/pod",
                List.of(new CgroupSetting("cpuset", "cpuset.cpus", "0"), new CgroupSetting("cpu", "cpu.weight", "50")));
        assertThat(Files.readString(root.resolve("pod/cpu.weight"))).startsWith("50");
    }

    @Test
    void hugePagesThatAreNotAskedForNeedNoController() {
        new Cgroups(root, MissingControllers.FAIL)
                .apply("/pod", List.of(new CgroupSetting("hugetlb", "hugetlb.2MB.max", "0")));
    }

    @Test
    void anUpdateThatFailsHalfWayIsRolledBack() throws IOException {
        Cgroups cgroups = new Cgroups(root, MissingControllers.FAIL);
        assertThatThrownBy(() -> cgroups.update(
                        "/pod",
                        List.of(
                                new CgroupSetting("memory", "memory.max", "5000"),
                                new CgroupSetting("pids", "pids.max", "10"))))
                .isInstanceOf(BerthException.class);
        assertThat(Files.readString(root.resolve("pod/memory.max"))).startsWith("max");
    }

    @Test
    void anUpdateIsTakenBackWithWhatStoodThereWhoeverWroteIt() throws IOException {
        Cgroups cgroups = new Cgroups(root, MissingControllers.FAIL);
        Files.writeString(root.resolve("pod/cpu.weight"), "777\n");
        LimitChange change = cgroups.update(
                "/pod",
                List.of(
                        new CgroupSetting("memory", "memory.max", "10"),
                        new CgroupSetting("cpu", "cpu.weight", "555")));
        assertThat(Files.readString(root.resolve("pod/memory.max"))).startsWith("10");
        assertThat(Files.readString(root.resolve("pod/cpu.weight"))).startsWith("555");
        change.rollBack();
        assertThat(Files.readString(root.resolve("pod/memory.max"))).startsWith("max");
        assertThat(Files.readString(root.resolve("pod/cpu.weight"))).startsWith("777");
    }
}

package io.berth.core.selinux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real file system, in an attribute that the kernel keeps without looking at it. */
@EnabledIf(value = "isRoot", disabledReason = "such attributes are root's to set")
class RelabelerTest {
    private static final String ATTRIBUTE = "trusted.label-of-a-test";
    private static final String LABEL = "system_u:object_r:container_file_t:s0:c1,c2";

    @TempDir
    Path directory;

    private final Relabeler relabeler = new Relabeler(SystemCalls.real(), ATTRIBUTE);

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static @Nullable String label(Path path) {
        byte[] value = SystemCalls.real().lgetxattr(null, path.toString(), ATTRIBUTE);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    @Test
    void aDirectoryAndAllThatIsInItIsLabelledAndNothingThatALinkLeadsTo() throws IOException {
        Path volume = directory.resolve("volume");
        Files.createDirectories(volume.resolve("below/deep"));
        Path file = Files.createFile(volume.resolve("below/deep/file"));
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path secret = Files.createFile(outside.resolve("secret"));
        Path link = Files.createSymbolicLink(volume.resolve("link"), outside);
        relabeler.relabel(volume, LABEL);
        for (Path labelled : new Path[] {volume, volume.resolve("below"), file, link}) {
            assertThat(label(labelled)).as(labelled.toString()).isEqualTo(LABEL + "\0");
        }
        assertThat(label(outside)).isNull();
        assertThat(label(secret)).isNull();
    }

    @Test
    void aVolumeThatIsALinkIsWhatItLeadsTo() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        relabeler.relabel(Files.createSymbolicLink(directory.resolve("link"), file), LABEL);
        assertThat(label(file)).isEqualTo(LABEL + "\0");
    }

    @Test
    void whatHasTheLabelIsNotTouchedAndAnotherLabelIsReplaced() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        relabeler.relabel(file, LABEL);
        FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
        relabeler.relabel(file, LABEL);
        assertThat(Files.getAttribute(file, "unix:ctime")).isEqualTo(changed);
        relabeler.relabel(file, "other");
        assertThat(label(file)).isEqualTo("other\0");
    }

    @Test
    void aFileSystemWithoutLabelsIsLeftAlone() {
        Path processes = Path.of("/proc/self/net");
        relabeler.relabel(processes.resolve("dev"), LABEL);
        assertThat(label(directory)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/etc", "/usr/lib", "/proc/self/root"})
    void theNodesOwnDirectoriesAreRefused(String path) {
        assertThatThrownBy(() -> relabeler.relabel(Path.of(path), LABEL)).hasMessageContaining("is refused");
    }

    @Test
    void aVolumeThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> relabeler.relabel(directory.resolve("absent"), LABEL))
                .hasMessageContaining("absent");
    }
}

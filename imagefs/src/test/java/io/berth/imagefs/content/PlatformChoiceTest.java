package io.berth.imagefs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlatformChoiceTest {
    private static final Platform AMD64 = new Platform("linux", "amd64", "");
    private static final Platform ARM64 = new Platform("linux", "arm64", "v8");

    private static ContentDescriptor entry(int size, @Nullable Platform platform) {
        return new ContentDescriptor(MediaTypes.OCI_MANIFEST, Digest.of(new byte[size]), size, platform, "");
    }

    private static long chosen(Platform wanted, ContentDescriptor... entries) {
        return new PlatformChoice(wanted).from(new ImageIndex(List.of(entries))).size();
    }

    @Test
    void operatingSystemAndArchitectureMustFit() {
        assertThat(chosen(
                        AMD64,
                        entry(1, new Platform("windows", "amd64", "")),
                        entry(2, ARM64),
                        entry(3, AMD64),
                        entry(4, AMD64)))
                .isEqualTo(3);
    }

    @Test
    void theHighestVariantThatTheMachineHasIsTaken() {
        Platform v7 = new Platform("linux", "arm", "v7");
        assertThat(chosen(
                        v7,
                        entry(1, new Platform("linux", "arm", "v5")),
                        entry(2, new Platform("linux", "arm", "v6")),
                        entry(3, new Platform("linux", "arm", "v8"))))
                .isEqualTo(2);
        assertThat(chosen(ARM64, entry(1, new Platform("linux", "arm64", "")))).isEqualTo(1);
        assertThat(chosen(AMD64, entry(1, new Platform("linux", "amd64", "v3")), entry(2, AMD64)))
                .isEqualTo(2);
    }

    @Test
    void architecturesGoByOtherNamesToo() {
        assertThat(chosen(AMD64, entry(1, new Platform("Linux", "x86_64", "")))).isEqualTo(1);
        assertThat(chosen(ARM64, entry(1, new Platform("linux", "aarch64", "8"))))
                .isEqualTo(1);
    }

    @Test
    void anOnlyEntryWithoutAPlatformIsTaken() {
        assertThat(chosen(AMD64, entry(1, null), entry(2, ARM64))).isEqualTo(1);
    }

    @Test
    void attestationsAreNoImages() {
        assertThatThrownBy(() -> chosen(AMD64, entry(1, new Platform("unknown", "unknown", "")), entry(2, ARM64)))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.UNSUPPORTED))
                .hasMessageContaining("linux/amd64")
                .hasMessageContaining("there is linux/arm64/v8");
    }
}

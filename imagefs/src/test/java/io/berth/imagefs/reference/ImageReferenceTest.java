package io.berth.imagefs.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.ImageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox:latest",
        "busybox:1.36, docker.io/library/busybox:1.36",
        "grafana/grafana, docker.io/grafana/grafana:latest",
        "docker.io/busybox, docker.io/library/busybox:latest",
        "index.docker.io/library/busybox, docker.io/library/busybox:latest",
        "localhost/x, localhost/x:latest",
        "localhost:5000/x, localhost:5000/x:latest",
        "localhost:5000/x/y:t, localhost:5000/x/y:t",
        "127.0.0.1:5000/a/b/c, 127.0.0.1:5000/a/b/c:latest",
        "[::1]:5000/x:1, [::1]:5000/x:1",
        "[2001:db8::1]/x, [2001:db8::1]/x:latest",
        "registry.k8s.io/pause:3.10, registry.k8s.io/pause:3.10",
        "Example.com/x, example.com/x:latest",
        "quay.io/a__b/c-d.e_f--g, quay.io/a__b/c-d.e_f--g:latest",
        "a:5000, docker.io/library/a:5000",
    })
    void shortNamesAreCompleted(String text, String complete) {
        assertThat(ImageReference.parse(text)).hasToString(complete);
    }

    @Test
    void aDigestWinsOverTheTagAndBothAreKept() {
        ImageReference reference = ImageReference.parse("busybox:1.36@sha256:" + HEX);
        assertThat(reference.manifestKey()).isEqualTo("sha256:" + HEX);
        assertThat(reference.tagged()).isEqualTo("docker.io/library/busybox:1.36");
        assertThat(reference).hasToString("docker.io/library/busybox:1.36@sha256:" + HEX);
    }

    @Test
    void aDigestAloneHasNoTag() {
        assertThat(ImageReference.parse("x@sha256:" + HEX).tag()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":tag",
                "a:",
                "a:-x",
                "a@",
                "a@sha256:123",
                "a@md5:d41d8cd98f00b204e9800998ecf8427e",
                "UPPER",
                "host.io/Upper",
                "a//b",
                "/a",
                "a/",
                "a..b/c",
                "host.io/a..b",
                "host.io/a___b",
                "host.io/.a",
                "host.io/a b",
                "https://docker.io/library/busybox",
                "host.io:99999/a",
                "host.io:x/a",
                "-host.io/a",
                "host..io/a",
                "[::1/a",
                "a/b/../c",
                "a:tag\nb",
            })
    void whatIsNoReferenceIsRefusedWithTheTextInTheMessage(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(ImageException.Kind.INVALID_ARGUMENT))
                .hasMessageContaining("image reference");
    }

    @Test
    void lengthsAreBounded() {
        assertThat(ImageReference.parse("a:" + "t".repeat(128)).tag()).hasSize(128);
        assertThatThrownBy(() -> ImageReference.parse("a:" + "t".repeat(129))).hasMessageContaining("tag");
        assertThat(ImageReference.parse("h.io/" + "n".repeat(255)).repository()).hasSize(255);
        assertThatThrownBy(() -> ImageReference.parse("h.io/" + "n".repeat(256)))
                .hasMessageContaining("255");
        assertThat(ImageReference.parse(".h".repeat(126).substring(1) + ".h:5000/x")
                        .host())
                .hasSize(253 + 5);
        assertThatThrownBy(() -> ImageReference.parse("h".repeat(250) + ".com:5000/x"))
                .hasMessageContaining("253");
        assertThatThrownBy(() -> ImageReference.parse("a/".repeat(1_000_000))).hasMessageContaining("longer");
    }

    @Test
    void theLongestReferenceReadsBack() {
        ImageReference longest = ImageReference.parse(
                "h".repeat(249) + ".com:50000/" + "n".repeat(255) + ":" + "t".repeat(128) + "@sha512:" + HEX.repeat(2));
        assertThat(ImageReference.parse(longest.toString())).isEqualTo(longest);
        assertThatThrownBy(() -> ImageReference.parse("h".repeat(2040) + ".com/n"))
                .hasMessageContaining("host");
    }

    @Test
    void anImageIdIsNoReference() {
        assertThatThrownBy(() -> ImageReference.parse(HEX)).hasMessageContaining("image id");
    }

    @Test
    void hostsAreTheSameInWhateverLetters() {
        assertThat(ImageReference.parse("Index.Docker.IO/x").toString()).isEqualTo("docker.io/library/x:latest");
        assertThat(ImageReference.parse("DOCKER.io/x").toString()).isEqualTo("docker.io/library/x:latest");
        assertThat(ImageReference.parse("Quay.IO/x").toString()).isEqualTo("quay.io/x:latest");
        assertThatThrownBy(() -> ImageReference.parse("Quay/x")).hasMessageContaining("dot or a port");
    }
}

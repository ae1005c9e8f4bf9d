package io.berth.imagefs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.ImageException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ImageDocumentParserTest {
    private static ImageDocument parse(String json) {
        return ImageDocumentParser.parse(json.getBytes(StandardCharsets.UTF_8), 64);
    }

    @Test
    void allThatRunningNeedsIsRead() {
        ImageDocument document = parse("""
                {"architecture":"amd64","os":"linux","created":"2024-01-01T00:00:00Z",
                 "config":{"User":"www:33","Env":["A=b"],"Entrypoint":["/e"],"Cmd":["c"],"WorkingDir":"/w",
                   "Volumes":{"/data":{}},"ExposedPorts":{"80/tcp":{}},"StopSignal":"SIGQUIT","Labels":{"l":"v"}},
                 "rootfs":{"diff_ids":["sha256:%s"]}}""".formatted("0".repeat(64)));
        assertThat(document.diffIds()).hasSize(1);
        assertThat(document.config().user()).isEqualTo("www:33");
        assertThat(document.config().environment()).containsExactly("A=b");
        assertThat(document.config().entrypoint()).containsExactly("/e");
        assertThat(document.config().command()).containsExactly("c");
        assertThat(document.config().workingDirectory()).isEqualTo("/w");
        assertThat(document.config().volumes()).containsExactly("/data");
        assertThat(document.config().exposedPorts()).containsExactly("80/tcp");
        assertThat(document.config().stopSignal()).isEqualTo("SIGQUIT");
    }

    @Test
    void nullsCountAsAbsent() {
        ImageDocument document = parse("{\"config\":{\"Env\":null,\"Cmd\":null,\"Volumes\":null,\"Labels\":null,"
                + "\"User\":null},\"rootfs\":null}");
        assertThat(document.config().environment()).isEmpty();
        assertThat(document.config().user()).isEmpty();
        assertThat(document.diffIds()).isEmpty();
    }

    @Test
    void numbersWhereTextsBelongAreRefused() {
        assertThatThrownBy(() -> parse("{\"config\":{\"Env\":[1]}}")).isInstanceOf(ImageException.class);
        assertThatThrownBy(() -> parse("{\"rootfs\":{\"diff_ids\":[\"sha256:zz\"]}}"))
                .isInstanceOf(ImageException.class);
    }

    @Test
    void chainIdsFollowTheSpecification() {
        Digest a = Digest.of("a".getBytes(StandardCharsets.UTF_8));
        Digest b = Digest.of("b".getBytes(StandardCharsets.UTF_8));
        assertThat(ChainId.of(java.util.List.of(a))).isEqualTo(a.toString());
        assertThat(ChainId.of(java.util.List.of(a, b)))
                .isEqualTo(Digest.of((a + " " + b).getBytes(StandardCharsets.UTF_8))
                        .toString());
    }
}

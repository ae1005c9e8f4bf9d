package io.berth.core.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.kernel.SystemCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTextTest {
    private final KernelText text = new KernelText(SystemCalls.real());

    @TempDir
    Path root;

    private KernelText of(String content) throws Exception {
        Path file = Files.writeString(root.resolve("file"), content);
        assertThat(text.read(null, file.toString())).isTrue();
        return text;
    }

    @Test
    void aKeyIsAWholeWordAtTheBeginningOfALine() throws Exception {
        KernelText stat = of("anon_thp 7\nfile 5\nfile_mapped 6\nanon 4096\n");
        assertThat(stat.value("anon")).isEqualTo(4096);
        assertThat(stat.value("file")).isEqualTo(5);
        assertThat(stat.value("mapped")).isEqualTo(KernelText.NONE);
        assertThat(stat.valueOrZero("absent")).isZero();
        assertThat(stat.lines()).isEqualTo(4);
    }

    @Test
    void whatIsNoNumberIsNone() throws Exception {
        assertThat(of("max\n").number()).isEqualTo(KernelText.NONE);
        assertThat(of("").number()).isEqualTo(KernelText.NONE);
        assertThat(of("18\n").number()).isEqualTo(18);
        assertThat(of("max 100000\n").field(1)).isEqualTo(100_000);
        assertThat(of("3 4 5").field(2)).isEqualTo(5);
        assertThat(of("3 4 5").field(3)).isEqualTo(KernelText.NONE);
    }

    @Test
    void aShorterTextLeavesNothingOfALongerOne() throws Exception {
        assertThat(of("first 1\nsecond 2\n").value("second")).isEqualTo(2);
        assertThat(of("first 3\n").value("second")).isEqualTo(KernelText.NONE);
        assertThat(text.read(null, root.resolve("absent").toString())).isFalse();
        assertThat(text.text()).isEmpty();
    }

    @Test
    void aTextLongerThanTheMemoryIsReadWhole() throws Exception {
        StringBuilder content = new StringBuilder();
        for (int line = 0; line < 20_000; line++) {
            content.append("key").append(line).append(' ').append(line).append('\n');
        }
        KernelText read = of(content.toString());
        assertThat(read.value("key19999")).isEqualTo(19_999);
        assertThat(read.lines()).isEqualTo(20_000);
    }
}

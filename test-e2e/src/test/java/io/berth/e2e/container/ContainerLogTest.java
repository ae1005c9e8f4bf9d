package io.berth.e2e.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.pod.LogFile;
import io.berth.e2e.pod.PodContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ContainerLogTest {
    private static final int LINE_LIMIT = 16384;

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static PodContainer run(String script) {
        return NODE.pod("log")
                .run()
                .container("main", NODE.busybox())
                .script(script)
                .start();
    }

    @Test
    void eachLineCarriesItsTimeAndStream() {
        OffsetDateTime before = OffsetDateTime.now(ZoneOffset.UTC);
        PodContainer container = run("echo out; echo err >&2; echo; echo tail");
        container.awaitExit();
        LogFile log = container.log();
        assertThat(log.text(LogFile.OUTPUT)).isEqualTo("out\n\ntail\n");
        assertThat(log.text(LogFile.ERROR)).isEqualTo("err\n");
        assertThat(log.lines())
                .allSatisfy(line -> assertThat(line.time()).isBetween(before, OffsetDateTime.now(ZoneOffset.UTC)));
        assertThat(log.lines()).extracting(LogFile.Line::time).isSorted();
    }

    @Test
    void bothStreamsStandInTheOrderInWhichTheyWereWritten() {
        // Far enough apart for two pipes: between two writes within one wake-up no order is known.
        PodContainer container = run("for i in 1 2 3 4 5; do echo o$i; usleep 20000; echo e$i >&2; usleep 20000; done");
        container.awaitExit();
        assertThat(container.log().lines())
                .extracting(LogFile.Line::content)
                .containsExactly("o1", "e1", "o2", "e2", "o3", "e3", "o4", "e4", "o5", "e5");
    }

    @Test
    void aLineWithoutAnEndIsWrittenAtTheExit() {
        PodContainer container = run("printf 'no newline'");
        container.awaitExit();
        assertThat(container.log().lines()).extracting(LogFile.Line::content).containsExactly("no newline");
    }

    @Test
    void aLongLineIsSplitAndTaggedPartial() {
        PodContainer container = run("head -c 40000 /dev/zero | tr '\\0' x; echo; echo short");
        container.awaitExit();
        List<LogFile.Line> lines = container.log().lines();
        assertThat(lines).extracting(LogFile.Line::partial).containsExactly(true, true, false, false);
        assertThat(lines)
                .extracting(line -> line.content().length())
                .containsExactly(LINE_LIMIT, LINE_LIMIT, 40000 - 2 * LINE_LIMIT, 5);
        assertThat(container.log().text(LogFile.OUTPUT)).isEqualTo("x".repeat(40000) + "\nshort\n");
    }

    @Test
    void bytesThatAreNoTextPassUnchanged() {
        PodContainer container = run("printf '\\377\\200 \\r tab\\t\\033[1m\\n'");
        container.awaitExit();
        assertThat(container.log().lines())
                .extracting(LogFile.Line::content)
                .containsExactly("\u00ff\u0080 \r tab\t\u001b[1m");
    }

    @Test
    void muchOutputIsAllThere() {
        PodContainer container = run("seq 1 200000");
        container.awaitExit();
        String output = container.log().text(LogFile.OUTPUT);
        assertThat(output.lines().count()).isEqualTo(200_000);
        assertThat(output).startsWith("1\n2\n").endsWith("199999\n200000\n");
    }

    @Test
    void aReopenedLogGoesOnInANewFile() throws IOException {
        PodContainer container = run("echo before; while [ ! -e /go ]; do usleep 10000; done; echo after; sleep 60");
        container.awaitLogLine("before");
        Path rotated = container.logPath().resolveSibling("0.log.1");
        Files.move(container.logPath(), rotated);
        container.reopenLog();
        assertThat(container.logPath()).exists();
        container.exec("touch", "/go");
        container.awaitLogLine("after");
        assertThat(LogFile.read(rotated).text(LogFile.OUTPUT)).isEqualTo("before\n");
        assertThat(container.log().text(LogFile.OUTPUT)).isEqualTo("after\n");
    }

    @Test
    void outputOfAProcessThatOutlivesTheFirstOneIsNotWaitedFor() {
        PodContainer container = run("sleep 1000 & echo done");
        assertThat(container.output()).isEqualTo("done\n");
    }

    @Test
    void aTerminalMergesBothStreams() {
        PodContainer container = NODE.pod("tty")
                .run()
                .container("main", NODE.busybox())
                .script("tty; echo err >&2")
                .with(config -> config.setTty(true))
                .start();
        assertThat(container.output()).contains("/dev/pts/0").contains("err");
        assertThat(container.log().text(LogFile.ERROR)).isEmpty();
    }

    @Test
    void theLogIsNotForEverybody() throws IOException {
        PodContainer container = run("echo secret");
        container.awaitExit();
        assertThat(Files.getPosixFilePermissions(container.logPath()))
                .doesNotContain(
                        java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE,
                        java.nio.file.attribute.PosixFilePermission.GROUP_WRITE);
    }
}

package io.berth.core.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On directories that have the files of a cgroup tree and of proc. */
class OomScoresTest {
    @TempDir
    Path directory;

    private OomScores scores;

    @BeforeEach
    void processes() throws IOException {
        Path root = Files.createDirectories(directory.resolve("cgroup"));
        Files.writeString(root.resolve("cgroup.controllers"), "\n");
        processes(Files.createDirectories(root.resolve("container")), "11\n12\n");
        processes(Files.createDirectories(root.resolve("container/inner")), "13\n");
        for (int process : new int[] {11, 12, 13}) {
            start(process, "10" + process);
        }
        scores = new OomScores(new Cgroups(root, MissingControllers.FAIL), directory.resolve("proc"), "/container");
    }

    private static void processes(Path cgroup, String lines) throws IOException {
        Files.writeString(cgroup.resolve("cgroup.procs"), lines);
    }

    private void start(int process, String score) throws IOException {
        Path proc = Files.createDirectories(directory.resolve("proc/" + process));
        Files.writeString(proc.resolve("oom_score_adj"), score);
    }

    private String score(int process) throws IOException {
        return Files.readString(directory.resolve("proc/" + process + "/oom_score_adj"));
    }

    @Test
    void processesOfTheCgroupAndBelowGetTheScore() throws IOException {
        scores.write(2000);
        assertThat(score(11)).isEqualTo("2000");
        assertThat(score(12)).isEqualTo("2000");
        assertThat(score(13)).isEqualTo("2000");
    }

    @Test
    void aProcessThatEndedMeanwhileIsPassedOver() throws IOException {
        Files.delete(directory.resolve("proc/11/oom_score_adj"));
        scores.write(2000);
        assertThat(score(12)).isEqualTo("2000");
    }

    @Test
    void eachGetsBackItsOwnAndNewOnesThatOfTheContainer() throws IOException {
        scores.write(2000);
        processes(directory.resolve("cgroup/container/inner"), "13\n14\n");
        start(14, "2000");
        scores.rollBack(1000);
        assertThat(score(11)).isEqualTo("1011");
        assertThat(score(13)).isEqualTo("1013");
        assertThat(score(14)).isEqualTo("1000");
    }
}

package io.berth.e2e.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossyDiskTest {
    private static final int BLOCK = LossyDisk.BLOCK;

    @TempDir
    private Path directory;

    private LossyDisk disk() throws IOException {
        return LossyDisk.create(directory.resolve("platter"), 16 * BLOCK);
    }

    private static void write(LossyDisk disk, long offset, int length, int value) throws IOException {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        disk.write(offset, ByteBuffer.wrap(bytes));
    }

    private static byte[] read(LossyDisk disk, long offset, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        disk.read(offset, target);
        return target.array();
    }

    @Test
    void whatWasWrittenIsReadBackFlushedOrNot() throws IOException {
        try (LossyDisk disk = disk()) {
            write(disk, 100, 2 * BLOCK, 1);
            write(disk, 200, 10, 2);
            byte[] expected = new byte[3 * BLOCK];
            Arrays.fill(expected, 100, 100 + 2 * BLOCK, (byte) 1);
            Arrays.fill(expected, 200, 210, (byte) 2);
            assertThat(read(disk, 0, 3 * BLOCK)).isEqualTo(expected);
            disk.flush();
            assertThat(read(disk, 0, 3 * BLOCK)).isEqualTo(expected);
        }
    }

    @Test
    void onlyWhatWasFlushedIsSureToSurvive() throws IOException {
        try (LossyDisk disk = disk()) {
            write(disk, 0, BLOCK, 1);
            disk.flush();
            write(disk, 0, BLOCK, 2);
            write(disk, BLOCK, BLOCK, 3);
            disk.powerOff();
            assertThatThrownBy(() -> read(disk, 0, 1)).isInstanceOf(LossyDisk.NoPower.class);
            assertThatThrownBy(disk::flush).isInstanceOf(LossyDisk.NoPower.class);
            assertThat(disk.powerOn(new Random(1), 0)).isEqualTo(new LossyDisk.Loss(2, 2));
            assertThat(read(disk, 0, 2 * BLOCK)).startsWith(1).endsWith(0);
        }
    }

    @Test
    void somethingOfTheRestSurvivesInAnyOrder() throws IOException {
        try (LossyDisk disk = disk()) {
            for (int block = 0; block < 16; block++) {
                write(disk, (long) block * BLOCK, BLOCK, 1);
                write(disk, (long) block * BLOCK, BLOCK, 2);
            }
            disk.powerOff();
            disk.powerOn(new Random(7), 0.4);
            byte[] blocks = new byte[16];
            for (int block = 0; block < 16; block++) {
                blocks[block] = read(disk, (long) block * BLOCK, 1)[0];
            }
            assertThat(blocks).contains(0, 1, 2);
        }
    }

    @Test
    void thePowerGoesRightAfterTheWriteThatWasSaid() throws IOException {
        try (LossyDisk disk = disk()) {
            disk.powerOffAfter(2);
            write(disk, 0, BLOCK, 1);
            assertThat(disk.isDark()).isFalse();
            write(disk, BLOCK, BLOCK, 1);
            assertThat(disk.isDark()).isTrue();
        }
    }
}

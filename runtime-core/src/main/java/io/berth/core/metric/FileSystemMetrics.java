package io.berth.core.metric;

import io.berth.core.error.BerthException;
import io.berth.imagefs.SnapshotUsage;
import io.berth.kernel.FileSystemStatus;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Metrics of the file system that has the writable layers. Made for one answer.
 *
 * @param device as the mount table names it
 * @param limit its size in bytes
 */
record FileSystemMetrics(String device, long limit, long inodes, long inodesFree) {

    /** Asks the file system of that directory. */
    static FileSystemMetrics of(SystemCalls calls, Path directory) {
        try {
            FileSystemStatus status = calls.statfs(directory.toString());
            return new FileSystemMetrics(
                    Files.getFileStore(directory).name(), status.totalBytes(), status.files(), status.freeFiles());
        } catch (IOException | SystemCallException failure) {
            throw BerthException.failedPrecondition("the file system of " + directory + ": " + failure.getMessage());
        }
    }

    void add(SnapshotUsage layer, Samples samples) {
        samples.add(PodMetric.FS_USAGE, layer.bytes(), device);
        samples.add(PodMetric.FS_LIMIT, limit, device);
        samples.add(PodMetric.FS_INODES, inodes, device);
        samples.add(PodMetric.FS_INODES_FREE, inodesFree, device);
    }
}

package io.berth.imagefs.unpack;

import io.berth.imagefs.tar.TarEntry;
import io.berth.imagefs.tar.TarReader;
import io.berth.kernel.Descriptor;
import io.berth.kernel.FileStatus;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCalls;
import java.io.IOException;

/**
 * Makes regular files with as few system calls as they need; contents go to the kernel from where they were unpacked.
 * For one thread.
 */
final class FileWriter {
    private final SystemCalls calls;
    private final Attributes attributes;

    FileWriter(SystemCalls calls, Attributes attributes) {
        this.calls = calls;
        this.attributes = attributes;
    }

    /** Makes a new file of an entry; one that is there is EEXIST. */
    FileStatus write(Descriptor parent, String name, TarEntry entry, TarReader reader) throws IOException {
        // The permissions are complete before the first byte is written, save for the set-ID bits, which come last.
        try (Descriptor file = calls.openat2(parent, name, OpenHow.creating(entry.permissions() & 0777))) {
            if (entry.size() > 0) {
                fill(file, entry, reader);
            }
            if (entry.uid() != 0 || entry.gid() != 0) {
                calls.fchown(file, entry.uid(), entry.gid());
            }
            if (FileModes.needsChange(entry.permissions())) {
                calls.fchmod(file, entry.permissions());
            }
            attributes.set(file, entry);
            calls.futimens(
                    file,
                    entry.modificationSeconds(),
                    entry.modificationNanoseconds(),
                    entry.modificationSeconds(),
                    entry.modificationNanoseconds());
            return calls.fstat(file);
        }
    }

    private void fill(Descriptor file, TarEntry entry, TarReader reader) throws IOException {
        if (entry.pieces() == null) {
            reader.read((_, bytes) -> calls.writeFully(file, bytes));
            return;
        }
        calls.ftruncate(file, entry.size());
        reader.read((position, bytes) -> {
            long at = position;
            while (bytes.hasRemaining()) {
                at += calls.pwrite(file, bytes, at);
            }
        });
    }
}

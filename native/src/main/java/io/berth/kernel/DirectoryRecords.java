package io.berth.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** {@code struct linux_dirent64}, as {@code getdents64(2)} lays them one after the other. */
final class DirectoryRecords {
    private static final int NAME = 19;

    private DirectoryRecords() {}

    /** Adds the entries of a filled buffer, but {@code .} and {@code ..}. */
    static void read(MemorySegment records, List<DirectoryEntry> entries) {
        for (long offset = 0; offset < records.byteSize(); ) {
            int size = records.get(ValueLayout.JAVA_SHORT, offset + 16) & 0xFFFF;
            byte[] bytes = new byte[size - NAME];
            MemorySegment.copy(records, ValueLayout.JAVA_BYTE, offset + NAME, bytes, 0, bytes.length);
            int length = 0;
            while (bytes[length] != 0) {
                length++;
            }
            String name = FileNames.decode(bytes, 0, length);
            if (!name.equals(".") && !name.equals("..")) {
                // DT_* is the type's four bits of st_mode.
                int type = records.get(ValueLayout.JAVA_BYTE, offset + 18) << 12;
                entries.add(new DirectoryEntry(name, records.get(ValueLayout.JAVA_LONG, offset), type));
            }
            offset += size;
        }
    }
}

package io.berth.kernel;

import java.nio.ByteBuffer;
import java.util.List;

/** {@code struct linux_dirent64}, as {@code getdents64(2)} lays them one after the other. */
final class DirectoryRecords {
    private static final int NAME = 19;

    private DirectoryRecords() {}

    /** Adds the entries of a filled buffer, but {@code .} and {@code ..}. */
    static void read(ByteBuffer records, int total, List<DirectoryEntry> entries) {
        for (int offset = 0; offset < total; ) {
            int size = records.getShort(offset + 16) & 0xFFFF;
            byte[] bytes = new byte[size - NAME];
            records.get(offset + NAME, bytes, 0, bytes.length);
            int length = 0;
            while (bytes[length] != 0) {
                length++;
            }
            String name = FileNames.decode(bytes, 0, length);
            if (!name.equals(".") && !name.equals("..")) {
                // DT_* is the type's four bits of st_mode.
                int type = records.get(offset + 18) << 12;
                entries.add(new DirectoryEntry(name, records.getLong(offset), type));
            }
            offset += size;
        }
    }
}

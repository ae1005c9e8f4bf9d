package io.berth.core.statistics;

import io.berth.kernel.Descriptor;
import io.berth.kernel.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The text of one small kernel file at a time, read into memory that is used again and understood where it lies: a list
 * of statistics reads thousands of files. For one thread at a time.
 */
public final class KernelText {
    /** What {@link #number} and {@link #value} say of what is not there, or is no number ("max"). */
    public static final long NONE = -1;

    private static final int FIRST_ROOM = 8 << 10;
    private static final int MOST_ROOM = 1 << 20;

    private final SystemCalls calls;
    private ByteBuffer room = ByteBuffer.allocateDirect(FIRST_ROOM);
    private byte[] bytes = new byte[FIRST_ROOM];
    private int length;

    public KernelText(SystemCalls calls) {
        this.calls = calls;
    }

    /** Reads a file, up to a mebibyte of it. Whether it could be read; if not, the text is empty. */
    public boolean read(@Nullable Descriptor directory, String path) {
        length = 0;
        int got = calls.readSmallFile(directory, path, room);
        while (got == room.capacity() && got < MOST_ROOM) {
            room = ByteBuffer.allocateDirect(room.capacity() * 2);
            bytes = new byte[room.capacity()];
            got = calls.readSmallFile(directory, path, room);
        }
        if (got < 0) {
            return false;
        }
        room.get(0, bytes, 0, got);
        length = got;
        return true;
    }

    /** Takes a text instead of a file's. */
    void set(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        bytes = Arrays.copyOf(encoded, Math.max(encoded.length, FIRST_ROOM));
        length = encoded.length;
    }

    /** The number that the text begins with, {@link #NONE} when it begins with something else. */
    public long number() {
        return numberAt(0);
    }

    /** The number behind that word at the beginning of a line ("anon 4096"). */
    public long value(String key) {
        for (int line = 0; line < length; line = nextLine(line)) {
            if (startsWith(line, key) && at(line + key.length()) == ' ') {
                return numberAt(line + key.length() + 1);
            }
        }
        return NONE;
    }

    /** As {@link #value}, 0 where there is none. */
    public long valueOrZero(String key) {
        return Math.max(0, value(key));
    }

    /** The number in that place of the first line, counted from 0. */
    public long field(int index) {
        int position = 0;
        for (int skipped = 0; skipped < index; skipped++) {
            while (position < length && bytes[position] != ' ') {
                position++;
            }
            position++;
        }
        return numberAt(position);
    }

    /** How many lines there are. */
    public int lines() {
        int lines = 0;
        for (int line = 0; line < length; line = nextLine(line)) {
            lines++;
        }
        return lines;
    }

    public String text() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private int nextLine(int from) {
        int position = from;
        while (position < length && bytes[position] != '\n') {
            position++;
        }
        return position + 1;
    }

    private boolean startsWith(int position, String word) {
        if (position + word.length() > length) {
            return false;
        }
        for (int index = 0; index < word.length(); index++) {
            if (bytes[position + index] != word.charAt(index)) {
                return false;
            }
        }
        return true;
    }

    private int at(int position) {
        return position < length ? bytes[position] : -1;
    }

    private long numberAt(int from) {
        long number = 0;
        int position = from;
        while (position < length && bytes[position] >= '0' && bytes[position] <= '9') {
            number = number * 10 + bytes[position] - '0';
            position++;
        }
        return position == from ? NONE : number;
    }
}

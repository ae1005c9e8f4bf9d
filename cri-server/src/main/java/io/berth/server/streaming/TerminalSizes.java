package io.berth.server.streaming;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * Reads terminal sizes out of a stream of JSON objects, {@code {"Width":80,"Height":24}} one after the other, however
 * they are cut into pieces. What is no such object is passed over.
 */
final class TerminalSizes {
    /** No object of ours is longer; a stream that goes on without an end of one is not kept. */
    private static final int LONGEST = 1024;

    private static final int LARGEST = 65_535;

    private final StringBuilder text = new StringBuilder();

    /** Takes a piece; tells {@code sized} of the columns and rows of each object that it completes. */
    void read(ByteBuf piece, BiConsumer<Integer, Integer> sized) {
        text.append(piece.toString(StandardCharsets.UTF_8));
        int end = text.indexOf("}");
        while (end >= 0) {
            String object = text.substring(0, end).toLowerCase(Locale.ROOT);
            text.delete(0, end + 1);
            int columns = number(object, "\"width\"");
            int rows = number(object, "\"height\"");
            if (columns >= 0 && rows >= 0) {
                sized.accept(columns, rows);
            }
            end = text.indexOf("}");
        }
        if (text.length() > LONGEST) {
            text.setLength(0);
        }
    }

    /** The number of this name; -1 without one that a terminal can have. */
    private static int number(String object, String name) {
        int colon = object.indexOf(':', object.indexOf(name) + 1);
        if (!object.contains(name) || colon < 0) {
            return -1;
        }
        int at = colon + 1;
        while (at < object.length() && Character.isWhitespace(object.charAt(at))) {
            at++;
        }
        int value = 0;
        int digits = 0;
        while (at < object.length() && Character.isDigit(object.charAt(at)) && value <= LARGEST) {
            value = value * 10 + Character.digit(object.charAt(at++), 10);
            digits++;
        }
        return digits == 0 || value > LARGEST ? -1 : value;
    }
}

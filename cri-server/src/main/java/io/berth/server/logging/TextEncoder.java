package io.berth.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code TIME LEVEL message key=value key="a value"}. */
final class TextEncoder extends LineEncoder {
    @Override
    void write(
            StringBuilder line, String time, ILoggingEvent event, Map<String, Object> fields, @Nullable String trace) {
        line.append(time).append(' ').append(event.getLevel().levelStr);
        line.repeat(' ', 6 - event.getLevel().levelStr.length());
        appendOneLine(line, event.getFormattedMessage());
        fields.forEach((key, value) -> {
            line.append(' ').append(key).append('=');
            appendValue(line, value.toString());
        });
        if (trace != null) {
            line.append('\n').append(trace);
        }
    }

    private static void appendValue(StringBuilder line, String value) {
        if (isPlain(value)) {
            line.append(value);
        } else {
            line.append('"');
            appendOneLine(line, value.replace("\\", "\\\\").replace("\"", "\\\""));
            line.append('"');
        }
    }

    /** Whether a value, such as an id, can stand as it is. A loop, as every line has some. */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character <= ' ' || character == '"' || character == '=' || Character.isISOControl(character)) {
                return false;
            }
        }
        return !value.isEmpty();
    }

    /** A message can hold what a container or a registry said: it must not make lines of its own. */
    private static void appendOneLine(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '\n') {
                line.append("\\n");
            } else if (Character.isISOControl(character)) {
                line.append("\\u").append(HexFormat.of().toHexDigits(character));
            } else {
                line.append(character);
            }
        }
    }
}

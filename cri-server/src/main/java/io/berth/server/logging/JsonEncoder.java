package io.berth.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON object: time, level, message, logger, thread, the fields, and the stack trace if there is one. */
final class JsonEncoder extends LineEncoder {
    @Override
    void write(
            StringBuilder line, String time, ILoggingEvent event, Map<String, Object> fields, @Nullable String trace) {
        line.append("{\"time\":\"").append(time).append('"');
        text(line, "level", event.getLevel().levelStr.toLowerCase(Locale.ROOT));
        text(line, "message", event.getFormattedMessage());
        text(line, "logger", event.getLoggerName());
        text(line, "thread", event.getThreadName());
        fields.forEach((key, value) -> {
            if (value instanceof Number) {
                line.append(",\"").append(key).append("\":").append(value);
            } else {
                text(line, key, value.toString());
            }
        });
        if (trace != null) {
            text(line, "exception", trace);
        }
        line.append('}');
    }

    private static void text(StringBuilder line, String key, String value) {
        line.append(",\"").append(key).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            switch (character) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                default -> {
                    if (Character.isISOControl(character)) {
                        line.append("\\u").append(HexFormat.of().toHexDigits(character));
                    } else {
                        line.append(character);
                    }
                }
            }
        }
        line.append('"');
    }
}

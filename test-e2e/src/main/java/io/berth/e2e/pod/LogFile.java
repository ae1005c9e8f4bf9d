package io.berth.e2e.pod;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A container's log in the CRI format, each line checked as it is read. */
public record LogFile(List<Line> lines) {
    public static final String OUTPUT = "stdout";
    public static final String ERROR = "stderr";

    private static final Pattern LINE = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}(?:Z|[+-]\\d\\d:\\d\\d)) (stdout|stderr) ([FP]) (.*)",
            Pattern.DOTALL);

    /**
     * One line.
     *
     * @param partial tag P: the line goes on in the next one of the same stream
     */
    public record Line(OffsetDateTime time, String stream, boolean partial, String content) {
        static Line parse(String text) {
            Matcher matcher = LINE.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("not a line of the CRI log format: " + text);
            }
            return new Line(
                    OffsetDateTime.parse(matcher.group(1)),
                    matcher.group(2),
                    matcher.group(3).equals("P"),
                    matcher.group(4));
        }
    }

    /** Reads a log; one that is not there yet has no lines, and a last line under way is left out. */
    public static LogFile read(Path file) {
        try {
            if (!Files.exists(file)) {
                return new LogFile(List.of());
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            return new LogFile(Arrays.stream(whole.split("\n", -1))
                    .filter(line -> !line.isEmpty())
                    .map(Line::parse)
                    .toList());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** All that was written to one stream. */
    public String text(String stream) {
        return lines.stream()
                .filter(line -> line.stream().equals(stream))
                .map(line -> line.content() + (line.partial() ? "" : "\n"))
                .collect(Collectors.joining());
    }
}

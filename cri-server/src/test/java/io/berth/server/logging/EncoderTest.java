package io.berth.server.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class EncoderTest {
    @Test
    void aLineOfTextHasTheFieldsOfItsThreadAndItsOwn() {
        assertThat(text(event("pod is up"), new TextEncoder()))
                .isEqualTo("2025-11-22T06:25:00.000000Z INFO  pod is up sandbox=5a code=\"a b\"\n");
    }

    @Test
    void aMessageCannotForgeALine() {
        String line = text(event("evil\n2025-11-22T06:25:00.000000Z ERROR forged \u001b[31m"), new TextEncoder());
        assertThat(line.lines()).hasSize(1);
        assertThat(line).contains("evil\\n2025").contains("\\u001b");
    }

    @Test
    void aLineOfJsonReadsBack() throws JsonProcessingException {
        JsonNode line = new ObjectMapper().readTree(text(event("a \"quoted\"\nmessage"), new JsonEncoder()));
        assertThat(line.get("time").textValue()).isEqualTo("2025-11-22T06:25:00.000000Z");
        assertThat(line.get("level").textValue()).isEqualTo("info");
        assertThat(line.get("message").textValue()).isEqualTo("a \"quoted\"\nmessage");
        assertThat(line.get("sandbox").textValue()).isEqualTo("5a");
        assertThat(line.get("code").textValue()).isEqualTo("a b");
        assertThat(line.get("logger").textValue()).isEqualTo("test");
    }

    @Test
    void timesAreThoseOfTheIsoFormat() {
        for (String time : new String[] {"2026-01-02T03:04:05.000678Z", "1999-12-31T23:59:59.999999Z"}) {
            assertThat(LineEncoder.time(Instant.parse(time))).isEqualTo(time);
        }
    }

    private static LoggingEvent event(String message) {
        LoggerContext context = new LoggerContext();
        LoggingEvent event =
                new LoggingEvent("test", context.getLogger("test"), Level.INFO, message, null, new Object[0]);
        event.setInstant(Instant.parse("2025-11-22T06:25:00Z"));
        event.setMDCPropertyMap(Map.of("sandbox", "5a"));
        event.addKeyValuePair(new KeyValuePair("code", "a b"));
        return event;
    }

    private static String text(LoggingEvent event, LineEncoder encoder) {
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}

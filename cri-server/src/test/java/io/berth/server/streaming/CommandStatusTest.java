package io.berth.server.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CommandStatusTest {
    private static JsonNode json(CommandStatus status) throws IOException {
        return new ObjectMapper().readTree(status.json());
    }

    @Test
    void aSuccessIsOne() throws IOException {
        CommandStatus status = CommandStatus.of(0);
        assertThat(json(status).get("status").asText()).isEqualTo("Success");
        assertThat(status.text()).isEmpty();
    }

    @Test
    void anExitCodeIsACause() throws IOException {
        JsonNode status = json(CommandStatus.of(42));
        assertThat(status.get("status").asText()).isEqualTo("Failure");
        assertThat(status.get("reason").asText()).isEqualTo("NonZeroExitCode");
        JsonNode cause = status.get("details").get("causes").get(0);
        assertThat(cause.get("reason").asText()).isEqualTo("ExitCode");
        assertThat(cause.get("message").asText()).isEqualTo("42");
    }

    @Test
    void aFailureKeepsItsWordsWhateverTheyAre() throws IOException {
        String message = "exec \"a\\b\": no\nsuch\u0001 thing: \u00e4";
        JsonNode status = json(new CommandStatus.Failed(message));
        assertThat(status.get("reason").asText()).isEqualTo("InternalError");
        assertThat(status.get("code").asInt()).isEqualTo(500);
        assertThat(status.get("message").asText()).endsWith(message);
    }
}

package io.berth.server.streaming;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** How a command ended, as its client is told: Kubernetes' {@code metav1.Status}, or a plain text to older clients. */
sealed interface CommandStatus {
    /** The text for clients that know no JSON; empty for a success. */
    String text();

    /** {@code metav1.Status}. */
    String json();

    /** With exit code 0, or an attached client whose container has ended. */
    record Succeeded() implements CommandStatus {
        @Override
        public String text() {
            return "";
        }

        @Override
        public String json() {
            return "{\"metadata\":{},\"status\":\"Success\"}";
        }
    }

    /** With another exit code. */
    record Exited(int code) implements CommandStatus {
        @Override
        public String text() {
            return "command terminated with non-zero exit code: " + code;
        }

        @Override
        public String json() {
            return "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"" + text()
                    + "\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\""
                    + code + "\"}]}}";
        }
    }

    /** It could not be started, or was lost on the way. */
    record Failed(String message) implements CommandStatus {
        @Override
        public String text() {
            return message;
        }

        @Override
        public String json() {
            String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(message));
            return "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"Internal error occurred: " + quoted
                    + "\",\"reason\":\"InternalError\",\"details\":{\"causes\":[{\"message\":\"" + quoted
                    + "\"}]},\"code\":500}";
        }
    }

    /** That of an exit code. */
    static CommandStatus of(int exitCode) {
        return exitCode == 0 ? new Succeeded() : new Exited(exitCode);
    }
}

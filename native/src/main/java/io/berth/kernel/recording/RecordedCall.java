package io.berth.kernel.recording;

import io.berth.kernel.Descriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call that was made.
 *
 * @param operation the method's name
 * @param arguments as they were passed
 */
public record RecordedCall(String operation, List<@Nullable Object> arguments) {
    static RecordedCall of(String operation, Object @Nullable [] arguments) {
        List<@Nullable Object> list = new ArrayList<>();
        if (arguments != null) {
            Collections.addAll(list, arguments);
        }
        return new RecordedCall(operation, Collections.unmodifiableList(list));
    }

    /** Returns the arguments for comparing and reading: {@code "null, /a, 493"}. */
    public String text() {
        return arguments.stream().map(RecordedCall::text).collect(Collectors.joining(", "));
    }

    private static String text(@Nullable Object argument) {
        return switch (argument) {
            case null -> "null";
            case Descriptor descriptor -> descriptor.toString();
            case byte[] bytes -> bytes.length + " bytes";
            default -> argument.toString();
        };
    }

    @Override
    public String toString() {
        return operation + "(" + text() + ")";
    }
}

package io.berth.imagefs.store;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A list of numbers in one text column, spaces between them. */
final class IdList {
    private IdList() {}

    static String encode(List<Long> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    static List<Long> decode(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(" ", -1)).map(Long::valueOf).toList();
    }
}

package io.berth.server.cri;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.proto.cri.v1.Container;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListItemsTest {
    private record Entry(String id, String image) {}

    private final List<String> mapped = new ArrayList<>();
    private final ListItems<Entry, Container> items = new ListItems<>(Entry::id, entry -> {
        mapped.add(entry.id());
        return Container.newBuilder()
                .setId(entry.id())
                .setImageRef(entry.image())
                .putLabels("app", "ünïcode")
                .build();
    });

    private static Container item(String id, String image) {
        return Container.newBuilder()
                .setId(id)
                .setImageRef(image)
                .putLabels("app", "ünïcode")
                .build();
    }

    @Test
    void anItemIsMadeOnceForARecordAndAgainForTheNext() {
        Entry first = new Entry("a", "one");
        assertThat(items.of(List.of(first))).containsExactly(item("a", "one"));
        assertThat(items.of(List.of(first))).containsExactly(item("a", "one"));
        assertThat(mapped).containsExactly("a");

        assertThat(items.of(List.of(new Entry("a", "two")))).containsExactly(item("a", "two"));
        assertThat(mapped).containsExactly("a", "a");
    }

    @Test
    void theOrderIsThatOfTheRecords() {
        List<Entry> entries = List.of(new Entry("b", ""), new Entry("a", ""), new Entry("c", ""));
        assertThat(items.of(entries)).extracting(Container::getId).containsExactly("b", "a", "c");
        assertThat(items.of(entries.reversed())).extracting(Container::getId).containsExactly("c", "a", "b");
    }

    @Test
    void whatIsGoneIsForgotten() {
        List<Entry> entries = List.of(new Entry("a", ""), new Entry("b", ""), new Entry("c", ""));
        items.of(entries);
        items.prune(entries.subList(0, 1));
        items.of(entries);
        assertThat(mapped).containsExactly("a", "b", "c", "b", "c");
    }
}

package io.berth.server.cri;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.proto.cri.v1.Container;
import io.berth.proto.cri.v1.ListContainersResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodedItemsTest {
    private record Entry(String id, String image) {}

    private final List<String> mapped = new ArrayList<>();
    private List<Entry> all = List.of();
    private final EncodedItems<Entry> items = new EncodedItems<>(
            Entry::id,
            entry -> {
                mapped.add(entry.id());
                return item(entry.id(), entry.image());
            },
            () -> all);

    private List<Container> answer(List<Entry> entries) throws IOException {
        EncodedAnswer answer = EncodedAnswer.of(
                ListContainersResponse.getDefaultInstance(),
                new EncodedAnswer.Field(ListContainersResponse.CONTAINERS_FIELD_NUMBER, items.of(entries)));
        return ListContainersResponse.parseFrom(EncodedAnswer.MARSHALLER.stream(answer))
                .getContainersList();
    }

    private static Container item(String id, String image) {
        return Container.newBuilder()
                .setId(id)
                .setImageRef(image)
                .putLabels("app", "ünïcode")
                .build();
    }

    @Test
    void anItemIsMadeOnceForARecordAndAgainForTheNext() throws Exception {
        Entry first = new Entry("a", "one");
        all = List.of(first);
        assertThat(answer(all)).containsExactly(item("a", "one"));
        assertThat(answer(all)).containsExactly(item("a", "one"));
        assertThat(mapped).containsExactly("a");

        assertThat(answer(List.of(new Entry("a", "two")))).containsExactly(item("a", "two"));
        assertThat(mapped).containsExactly("a", "a");
    }

    @Test
    void theOrderIsThatOfTheRecords() throws Exception {
        all = List.of(new Entry("b", ""), new Entry("a", ""), new Entry("c", ""));
        assertThat(answer(all)).extracting(Container::getId).containsExactly("b", "a", "c");
        assertThat(answer(all.reversed())).extracting(Container::getId).containsExactly("c", "a", "b");
    }

    @Test
    void whatIsGoneIsForgotten() throws Exception {
        Entry stays = new Entry("a", "");
        List<Entry> gone = List.of(new Entry("b", ""), new Entry("c", ""));
        all = List.of(stays, gone.getFirst(), gone.getLast());
        answer(all);
        all = List.of(stays);
        answer(List.of(new Entry("a", "")));
        answer(gone);
        assertThat(mapped).containsExactly("a", "b", "c", "a", "b", "c");
    }
}

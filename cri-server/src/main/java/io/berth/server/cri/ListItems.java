package io.berth.server.cri;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The items of a list that the kubelet asks for every second, each kept for as long as the record stands that it was
 * made of: records are immutable, so a change is another record. Any thread.
 *
 * @param <R> a record
 * @param <I> its item in the list
 */
final class ListItems<R, I extends Message> {
    /** Items of records that are gone are dropped when there are so many times more than records. */
    private static final int SURPLUS = 2;

    private final Function<R, String> id;
    private final Function<R, I> mapping;
    private final Map<String, Item<R, I>> items = new ConcurrentHashMap<>();

    private record Item<R, I>(R record, I item) {}

    ListItems(Function<R, String> id, Function<R, I> mapping) {
        this.id = id;
        this.mapping = mapping;
    }

    /** The item of each. */
    List<I> of(List<R> records) {
        return records.stream().map(this::item).toList();
    }

    /** Forgets what no longer is. */
    void prune(List<R> all) {
        if (items.size() > SURPLUS * all.size()) {
            items.keySet().retainAll(all.stream().map(id).toList());
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same record, whatever an equal one would take to compare
    private I item(R record) {
        Item<R, I> kept = items.get(id.apply(record));
        if (kept != null && kept.record() == record) {
            return kept.item();
        }
        I made = encoded(mapping.apply(record));
        items.put(id.apply(record), new Item<>(record, made));
        return made;
    }

    /** The same with its texts as they are sent: else each answer would encode them again, twice. */
    @SuppressWarnings("unchecked") // a message's parser gives messages of its type
    private I encoded(I item) {
        try {
            return (I) item.getParserForType().parseFrom(item.toByteString());
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException("a message cannot be read that was just written", impossible);
        }
    }
}

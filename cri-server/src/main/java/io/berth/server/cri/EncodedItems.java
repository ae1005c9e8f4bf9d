package io.berth.server.cri;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Messages that the kubelet asks for again and again, one for a record, each kept as the bytes that are sent for as
 * long as the record stands that it was made of: records are immutable, so a change is another record. Any thread.
 *
 * @param <R> a record
 */
final class EncodedItems<R> {
    /** Those of records that are gone are dropped when there are so many times more than records. */
    private static final int SURPLUS = 2;

    private final Function<R, String> id;
    private final Function<R, MessageLite> mapping;
    private final Supplier<? extends Collection<R>> all;
    private final Map<String, Item<R>> items = new ConcurrentHashMap<>();

    private record Item<R>(R record, ByteString bytes) {}

    /** @param all the records that there are */
    EncodedItems(Function<R, String> id, Function<R, MessageLite> mapping, Supplier<? extends Collection<R>> all) {
        this.id = id;
        this.mapping = mapping;
        this.all = all;
    }

    /** The message of a record. */
    @SuppressWarnings("ReferenceEquality") // the same record, whatever an equal one would take to compare
    ByteString of(R record) {
        Item<R> kept = items.get(id.apply(record));
        if (kept != null && kept.record() == record) {
            return kept.bytes();
        }
        ByteString made = mapping.apply(record).toByteString();
        items.put(id.apply(record), new Item<>(record, made));
        prune();
        return made;
    }

    /** The messages of records, in their order. */
    List<ByteString> of(Collection<R> records) {
        return records.stream().map(this::of).toList();
    }

    /** Forgets what no longer is. */
    private void prune() {
        Collection<R> records = all.get();
        if (items.size() > SURPLUS * records.size()) {
            items.keySet().retainAll(records.stream().map(id).toList());
        }
    }
}

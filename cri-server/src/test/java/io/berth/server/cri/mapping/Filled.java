package io.berth.server.cri.mapping;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import io.berth.proto.schema.Schema;
import java.util.concurrent.atomic.AtomicInteger;

/** Messages with every field set, each to a value of its own, so that a forgotten or swapped field shows. */
final class Filled {
    private Filled() {}

    @SuppressWarnings("unchecked") // the parser is that of its type
    static <M extends MessageLite> M of(M prototype) {
        Message filled =
                fill(DynamicMessage.newBuilder(Schema.cri().message(prototype.getClass())), new AtomicInteger(2));
        try {
            return (M) prototype.getParserForType().parseFrom(filled.toByteString());
        } catch (InvalidProtocolBufferException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Message fill(Message.Builder builder, AtomicInteger number) {
        for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
            if (field.getOptions().getDeprecated()) {
                continue;
            }
            if (field.isMapField()) {
                builder.addRepeatedField(field, entry(builder, field, number));
                builder.addRepeatedField(field, entry(builder, field, number));
            } else if (field.isRepeated()) {
                builder.addRepeatedField(field, value(builder, field, number));
                builder.addRepeatedField(field, value(builder, field, number));
            } else {
                builder.setField(field, value(builder, field, number));
            }
        }
        return builder.build();
    }

    private static Message entry(Message.Builder builder, FieldDescriptor field, AtomicInteger number) {
        Message.Builder entry = builder.newBuilderForField(field);
        entry.setField(field.getMessageType().findFieldByNumber(1), "key-" + number.incrementAndGet());
        entry.setField(field.getMessageType().findFieldByNumber(2), "välue \"" + number.incrementAndGet() + "\"\n");
        return entry.build();
    }

    private static Object value(Message.Builder builder, FieldDescriptor field, AtomicInteger number) {
        int next = number.incrementAndGet();
        return switch (field.getJavaType()) {
            case INT -> next;
            case LONG -> (long) next;
            case FLOAT -> (float) next;
            case DOUBLE -> (double) next;
            case BOOLEAN -> true;
            case STRING -> "/text-" + next;
            case BYTE_STRING -> ByteString.copyFromUtf8("bytes-" + next);
            case ENUM -> field.getEnumType().getValues().get(1);
            case MESSAGE -> fill(builder.newBuilderForField(field), number);
        };
    }
}

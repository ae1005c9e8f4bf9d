package io.berth.e2e.hostile;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes requests: empty ones, random ones, and ones that work but for a few fields, so that deep code is reached.
 *
 * @param working a request that works, by the full name of its message; messages that are not there start empty
 */
record RequestGenerator(Random random, HostileValues values, Map<String, Message> working) {
    private static final int DEEPEST = 6;
    private static final int MANY = 2000;

    Message next(Message prototype) {
        Message.Builder request = prototype.newBuilderForType();
        Message start = working.get(prototype.getDescriptorForType().getFullName());
        switch (random.nextInt(8)) {
            case 0 -> {}
            case 1 -> fill(request, 0);
            default -> {
                if (start == null) {
                    fillKnown(request);
                } else {
                    request.mergeFrom(start);
                }
                for (int change = random.nextInt(4); change > 0; change--) {
                    change(request, 0);
                }
            }
        }
        return request.build();
    }

    /** Gives fields the values that belong there, where there are such. */
    private void fillKnown(Message.Builder message) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            List<String> right = values.known().getOrDefault(field.getName(), List.of());
            if (field.getJavaType() == JavaType.STRING && !right.isEmpty()) {
                put(message, field, right.get(random.nextInt(right.size())));
            } else if (field.getJavaType() == JavaType.MESSAGE && !field.isRepeated()) {
                Message.Builder inner = message.newBuilderForField(field);
                fillKnown(inner);
                message.setField(field, inner.build());
            }
        }
    }

    /** Gives every other field any value. */
    private void fill(Message.Builder message, int depth) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (random.nextBoolean() && depth < DEEPEST) {
                for (int count = field.isRepeated() ? random.nextInt(3) : 1; count > 0; count--) {
                    put(message, field, value(message, field, depth));
                }
            }
        }
    }

    /** Changes one field, here or further down. */
    private void change(Message.Builder message, int depth) {
        List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
        if (fields.isEmpty()) {
            return;
        }
        FieldDescriptor field = fields.get(random.nextInt(fields.size()));
        if (field.isRepeated()) {
            int count = random.nextInt(100) == 0 && field.getJavaType() != JavaType.MESSAGE ? MANY : 1;
            for (; count > 0; count--) {
                put(message, field, value(message, field, depth));
            }
        } else if (field.getJavaType() == JavaType.MESSAGE && random.nextInt(8) > 0 && depth < DEEPEST) {
            Message.Builder inner = message.newBuilderForField(field);
            inner.mergeFrom((Message) message.getField(field));
            change(inner, depth + 1);
            message.setField(field, inner.build());
        } else if (random.nextInt(8) == 0) {
            message.clearField(field);
        } else {
            put(message, field, value(message, field, depth));
        }
    }

    private Object value(Message.Builder message, FieldDescriptor field, int depth) {
        if (field.getJavaType() != JavaType.MESSAGE) {
            return values.of(field);
        }
        Message.Builder inner = message.newBuilderForField(field);
        fill(inner, depth + 1);
        return inner.build();
    }

    private static void put(Message.Builder message, FieldDescriptor field, Object value) {
        if (field.isRepeated()) {
            message.addRepeatedField(field, value);
        } else {
            message.setField(field, value);
        }
    }
}

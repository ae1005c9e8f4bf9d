package io.berth.core.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A record: an object with a member for each component. */
final class RecordShape implements Shape {
    /**
     * A component. Its field is read, not its accessor called: of a method handle that is called often the virtual
     * machine makes a class of its own, which takes 5 kB.
     *
     * @param name the member's, encoded once
     * @param field the component's, of a record
     * @param absent what the constructor gets where there is no such member, or null
     */
    record Component(
            SerializedString name,
            VarHandle field,
            Shape shape,
            @Nullable Object absent) {
        @Nullable
        Object of(Object owner) {
            // Without a cast to the very type the virtual machine would convert by a method handle.
            Class<?> type = field.varType();
            if (type == boolean.class) {
                return (boolean) field.get(owner);
            }
            if (type == int.class) {
                return (int) field.get(owner);
            }
            if (type == long.class) {
                return (long) field.get(owner);
            }
            return (Object) field.get(owner);
        }
    }

    private final Constructor<?> constructor;
    private final Component[] components;
    private final Map<String, Integer> places = new HashMap<>();
    private final Omission omission;

    /**
     * A record's shape.
     *
     * @param constructor the one of all components, in their order
     * @param omission what is not written
     */
    RecordShape(Constructor<?> constructor, List<Component> components, Omission omission) {
        this.constructor = constructor;
        this.components = components.toArray(Component[]::new);
        this.omission = omission;
        for (int i = 0; i < this.components.length; i++) {
            places.put(this.components[i].name().getValue(), i);
        }
    }

    @Override
    public void write(JsonGenerator to, Object value) throws IOException {
        to.writeStartObject();
        writeMembers(to, value);
        to.writeEndObject();
    }

    void writeMembers(JsonGenerator to, Object value) throws IOException {
        for (Component component : components) {
            Object member = component.of(value);
            if (member != null && !isOmitted(component, member)) {
                to.writeFieldName(component.name());
                component.shape().write(to, member);
            }
        }
    }

    private boolean isOmitted(Component component, Object member) {
        return switch (omission) {
            case NONE -> false;
            case EMPTY -> component.shape().isEmpty(member);
            case ZERO -> component.absent() != null && member.equals(component.absent());
        };
    }

    @Override
    public Object read(JsonParser from) throws IOException {
        Shape.expect(from, JsonToken.START_OBJECT, "object");
        from.nextToken();
        return readMembers(from);
    }

    /** Reads from the first member's name, or the object's end, to its end. */
    Object readMembers(JsonParser from) throws IOException {
        @Nullable Object[] members = new @Nullable Object[components.length];
        for (int i = 0; i < members.length; i++) {
            members[i] = components[i].absent();
        }
        for (; from.currentToken() != JsonToken.END_OBJECT; from.nextToken()) {
            Integer place = places.get(from.currentName());
            if (from.nextToken() == JsonToken.VALUE_NULL || place == null) {
                from.skipChildren();
            } else {
                members[place] = components[place].shape().read(from);
            }
        }
        try {
            return constructor.newInstance(members);
        } catch (InvocationTargetException refused) {
            throw new JsonParseException(
                    from, constructor.getDeclaringClass().getSimpleName() + ": " + refused.getCause(), refused);
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException("calling " + constructor, failure);
        }
    }
}

package io.berth.core.json;

import com.fasterxml.jackson.core.io.SerializedString;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the shape of a type, once for each that it is made of. For one thread. */
final class Shapes {
    private static final Map<Class<?>, Shape> SCALARS = Map.of(
            String.class, ScalarShape.TEXT,
            int.class, ScalarShape.INTEGER,
            Integer.class, ScalarShape.INTEGER,
            long.class, ScalarShape.LONG,
            Long.class, ScalarShape.LONG,
            boolean.class, ScalarShape.BOOLEAN,
            Boolean.class, ScalarShape.BOOLEAN);

    private static final Map<Class<?>, Object> ZEROS = Map.of(int.class, 0, long.class, 0L, boolean.class, false);

    private final Omission omission;
    private final Map<Class<?>, Shape> known = new HashMap<>(SCALARS);

    Shapes(Omission omission) {
        this.omission = omission;
    }

    /**
     * The shape of a type.
     *
     * @throws IllegalArgumentException for one that has none
     */
    Shape of(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return new ListShape(of(arguments[0]));
            }
            if (generic.getRawType() == Map.class && arguments[0] == String.class) {
                return new MapShape(of(arguments[1]));
            }
        } else if (type instanceof Class<?> single) {
            Shape shape = known.get(single);
            if (shape == null) {
                shape = find(single);
                known.put(single, shape);
            }
            return shape;
        }
        throw new IllegalArgumentException("no JSON is known for " + type);
    }

    private Shape find(Class<?> type) {
        if (type.isRecord()) {
            return ofRecord(type);
        }
        if (type.isEnum()) {
            return new EnumShape(type);
        }
        throw new IllegalArgumentException("no JSON is known for " + type);
    }

    private RecordShape ofRecord(Class<?> type) {
        if (!type.isRecord()) {
            throw new IllegalArgumentException(type + " is no record");
        }
        RecordComponent[] declared = type.getRecordComponents();
        Class<?>[] types = new Class<?>[declared.length];
        List<RecordShape.Component> components = new ArrayList<>();
        for (int i = 0; i < declared.length; i++) {
            types[i] = declared[i].getType();
            components.add(component(declared[i]));
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return new RecordShape(constructor, components, omission);
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException(type + " has no constructor of its components", impossible);
        }
    }

    private VariantShape ofVariants(String property, Class<?> type) {
        Map<Class<?>, RecordShape> variants = new HashMap<>();
        for (Class<?> variant : type.getPermittedSubclasses()) {
            variants.put(variant, ofRecord(variant));
        }
        return new VariantShape(property, variants);
    }

    private RecordShape.Component component(RecordComponent declared) {
        String name = declared.getName().replaceFirst("_$", "");
        Class<?> type = declared.getType();
        Shape shape = type.isSealed() ? ofVariants(name, type) : of(declared.getGenericType());
        return new RecordShape.Component(new SerializedString(name), field(declared), shape, absent(type));
    }

    private static VarHandle field(RecordComponent component) {
        Class<?> owner = component.getDeclaringRecord();
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
                    .findVarHandle(owner, component.getName(), component.getType());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(component + " cannot be read", impossible);
        }
    }

    private @Nullable Object absent(Class<?> type) {
        return omission == Omission.ZERO && type == String.class ? "" : ZEROS.get(type);
    }
}

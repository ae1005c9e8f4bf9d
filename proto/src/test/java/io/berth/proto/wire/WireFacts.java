package io.berth.proto.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a descriptor has on the wire, in the words of a table of facts: {@code wire.txt} beside the test.
 *
 * @param test the class beside whose file the table is
 */
public record WireFacts(FileDescriptor file, Class<?> test) {
    /** All methods, messages, fields and values of enums, against the table. */
    public void check() {
        List<String> methods = new ArrayList<>();
        file.getServices().forEach(service -> service.getMethods().forEach(method -> methods.add(describe(method))));
        assertThat(methods).containsExactlyInAnyOrderElementsOf(facts("rpc "));
        List<String> messages = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        List<EnumDescriptor> enums = new ArrayList<>(file.getEnumTypes());
        for (Descriptor message : file.getMessageTypes()) {
            messages.add("message " + message.getName());
            message.getFields().forEach(field -> fields.add(describe(field)));
            enums.addAll(message.getEnumTypes());
        }
        assertThat(messages).containsExactlyInAnyOrderElementsOf(facts("message "));
        assertThat(fields).containsExactlyInAnyOrderElementsOf(facts("field "));
        List<String> values = new ArrayList<>();
        for (EnumDescriptor type : enums) {
            type.getValues()
                    .forEach(value ->
                            values.add("value " + nameOf(type) + "." + value.getName() + " " + value.getNumber()));
        }
        assertThat(values).containsExactlyInAnyOrderElementsOf(facts("value "));
    }

    private static String describe(MethodDescriptor method) {
        return "rpc " + method.getService().getName() + "." + method.getName()
                + " " + method.getInputType().getName() + (method.isClientStreaming() ? " stream" : " unary")
                + " " + method.getOutputType().getName() + (method.isServerStreaming() ? " stream" : " unary");
    }

    private String describe(FieldDescriptor field) {
        assertThat(field.hasPresence())
                .as("presence of %s: scalars have none in this file", field.getFullName())
                .isEqualTo(!field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE);
        return "field " + field.getContainingType().getName() + "." + field.getName()
                + " " + field.getNumber()
                + (field.isRepeated() ? " repeated " : " single ") + typeOf(field)
                + (field.getOptions().getDeprecated() ? " deprecated" : "");
    }

    private String typeOf(FieldDescriptor field) {
        if (field.isMapField()) {
            Descriptor entry = field.getMessageType();
            return "map<" + typeOf(entry.findFieldByNumber(1)) + "," + typeOf(entry.findFieldByNumber(2)) + ">";
        }
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getName();
            case ENUM -> nameOf(field.getEnumType());
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
                field.toProto().getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
        };
    }

    /** The name below the package: {@code SecurityProfile.ProfileType} for a nested type. */
    private String nameOf(EnumDescriptor type) {
        return type.getFullName().substring(file.getPackage().length() + 1);
    }

    private List<String> facts(String kind) {
        try (InputStream input = Objects.requireNonNull(test.getResourceAsStream("wire.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
            List<String> facts =
                    reader.lines().filter(line -> line.startsWith(kind)).toList();
            assertThat(facts).as("facts of kind %s", kind).isNotEmpty();
            return facts;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}

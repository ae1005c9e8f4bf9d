package io.berth.proto.cri.v1;

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
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Holds the built CRI descriptor against a table of the facts that Kubernetes fixes ({@code wire.txt}). */
class CriWireTest {
    private static final FileDescriptor FILE = CriProto.getDescriptor();

    @Test
    void everyServiceMethodHasTheWireNamesAndStreamingOfKubernetes() {
        List<String> built = new ArrayList<>();
        FILE.getServices().forEach(service -> service.getMethods().forEach(method -> built.add(describe(method))));
        assertThat(built).containsExactlyInAnyOrderElementsOf(facts("rpc "));
        assertThat(FILE.getPackage()).isEqualTo("runtime.v1");
    }

    @Test
    void everyMessageIsThereAndNoOther() {
        List<String> built = new ArrayList<>();
        FILE.getMessageTypes().forEach(message -> built.add("message " + message.getName()));
        assertThat(built).containsExactlyInAnyOrderElementsOf(facts("message "));
    }

    @Test
    void everyFieldHasTheNumberTypeAndLabelOfKubernetes() {
        List<String> built = new ArrayList<>();
        for (Descriptor message : FILE.getMessageTypes()) {
            message.getFields().forEach(field -> built.add(describe(field)));
        }
        assertThat(built).containsExactlyInAnyOrderElementsOf(facts("field "));
    }

    @Test
    void everyEnumValueHasTheNumberOfKubernetes() {
        List<EnumDescriptor> enums = new ArrayList<>(FILE.getEnumTypes());
        FILE.getMessageTypes().forEach(message -> enums.addAll(message.getEnumTypes()));
        List<String> built = new ArrayList<>();
        for (EnumDescriptor type : enums) {
            type.getValues()
                    .forEach(value ->
                            built.add("value " + nameOf(type) + "." + value.getName() + " " + value.getNumber()));
        }
        assertThat(built).containsExactlyInAnyOrderElementsOf(facts("value "));
    }

    private static String describe(MethodDescriptor method) {
        return "rpc " + method.getService().getName() + "." + method.getName()
                + " " + method.getInputType().getName() + (method.isClientStreaming() ? " stream" : " unary")
                + " " + method.getOutputType().getName() + (method.isServerStreaming() ? " stream" : " unary");
    }

    private static String describe(FieldDescriptor field) {
        assertThat(field.hasPresence())
                .as("presence of %s: scalars have none in this file", field.getFullName())
                .isEqualTo(!field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE);
        return "field " + field.getContainingType().getName() + "." + field.getName()
                + " " + field.getNumber()
                + (field.isRepeated() ? " repeated " : " single ") + typeOf(field)
                + (field.getOptions().getDeprecated() ? " deprecated" : "");
    }

    private static String typeOf(FieldDescriptor field) {
        if (field.isMapField()) {
            Descriptor entry = field.getMessageType();
            return "map<" + typeOf(entry.findFieldByNumber(1)) + "," + typeOf(entry.findFieldByNumber(2)) + ">";
        }
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getName();
            case ENUM -> nameOf(field.getEnumType());
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
                field.toProto().getType().name().substring("TYPE_".length()).toLowerCase(java.util.Locale.ROOT);
        };
    }

    /** The name below the package: {@code SecurityProfile.ProfileType} for a nested type. */
    private static String nameOf(EnumDescriptor type) {
        return type.getFullName().substring("runtime.v1.".length());
    }

    private static List<String> facts(String kind) {
        try (InputStream input = Objects.requireNonNull(CriWireTest.class.getResourceAsStream("wire.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8))) {
            List<String> facts =
                    reader.lines().filter(line -> line.startsWith(kind)).toList();
            assertThat(facts).as("facts of kind %s", kind).isNotEmpty();
            return facts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

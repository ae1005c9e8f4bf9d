package io.berth.proto.schema;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * The descriptors of the messages of a proto file. The messages themselves are lite and have none, as these would take
 * the daemon memory and a part of its start; tests read them from a file beside this class, which tools such as grpcurl
 * understand, too.
 */
public final class Schema {
    private static final String RESOURCE = "schema.binpb";

    private final FileDescriptor file;

    private Schema(FileDescriptor file) {
        this.file = file;
    }

    /** That of the CRI. */
    public static Schema cri() {
        return new Schema(read("runtime/v1/api.proto"));
    }

    /** A file that imports no other, by its path below {@code src/main/proto}. */
    private static FileDescriptor read(String name) {
        try (InputStream input = Objects.requireNonNull(Schema.class.getResourceAsStream(RESOURCE))) {
            for (FileDescriptorProto each : FileDescriptorSet.parseFrom(input).getFileList()) {
                if (each.getName().equals(name)) {
                    return FileDescriptor.buildFrom(each, new FileDescriptor[0]);
                }
            }
            throw new IllegalArgumentException("no proto file " + name + " in " + RESOURCE);
        } catch (IOException failure) {
            throw new UncheckedIOException("reading " + RESOURCE, failure);
        } catch (DescriptorValidationException failure) {
            throw new IllegalStateException("the descriptors of " + name, failure);
        }
    }

    /** Everything in it. */
    public FileDescriptor file() {
        return file;
    }

    /** The descriptor of a message, by the name of its generated class. */
    public Descriptor message(Class<?> message) {
        return Objects.requireNonNull(file.findMessageTypeByName(message.getSimpleName()), message.getName());
    }
}

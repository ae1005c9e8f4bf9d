package io.berth.e2e.hostile;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Values for single fields: empty, huge, negative, with NUL and newlines, climbing out, and now and then the right one.
 *
 * @param known values that mean something to the daemon, by the name of the field that they belong in
 */
record HostileValues(Random random, Map<String, List<String>> known) {
    /** Part of the name of every file that a request tries to reach where it must not. */
    static final String DECOY = "berth-fuzz-escape";

    private static final int UNKNOWN_ENUM_NUMBER = 12_345;
    private static final List<String> STRINGS = List.of(
            "",
            " ",
            ".",
            "..",
            "/",
            "-",
            "a",
            "0",
            "-1",
            "4294967296",
            "99999999999999999999",
            "0:0",
            "1000:no-such-group",
            "a:b:c",
            ":",
            "=",
            "name=value",
            "two\nlines",
            "nul\0byte",
            "root\n" + DECOY + ":x:0:0::/:/bin/sh",
            "../../" + DECOY,
            "a/../../../" + DECOY,
            "/proc/self/fd/0",
            "/dev/null/" + DECOY,
            "/no/such/" + DECOY,
            "$(false)",
            "; false",
            "%s%n%x",
            "{}",
            "\u00fcml\u00e4ut\ud83d\udea2",
            "\u202e\uffff",
            "UPPER CASE",
            "unconfined",
            "runtime/default",
            "localhost/" + DECOY,
            "sha256:" + "0".repeat(64),
            "127.0.0.1:1/no/registry:here",
            "max",
            "10.0.0.0/8",
            "256.256.256.256",
            "kernel/../../" + DECOY,
            "x".repeat(300),
            "x".repeat(5000),
            "/x".repeat(3000));
    private static final int HUGE = 1 << 20;
    private static final List<Long> NUMBERS =
            List.of(0L, 1L, -1L, 2L, 65_535L, 65_536L, 1L << 31, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE);

    Object of(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT -> (int) number();
            case LONG -> number();
            case FLOAT -> random.nextBoolean() ? Float.NaN : (float) number();
            case DOUBLE -> random.nextBoolean() ? Double.NaN : (double) number();
            case BOOLEAN -> random.nextBoolean();
            case STRING -> string(field.getName());
            case BYTE_STRING -> ByteString.copyFromUtf8(string(field.getName()));
            case ENUM -> enumeration(field.getEnumType());
            case MESSAGE -> throw new IllegalArgumentException(field + " is a message");
        };
    }

    private String string(String name) {
        List<String> right = known.getOrDefault(name, List.of());
        if (!right.isEmpty() && random.nextInt(3) > 0) {
            return right.get(random.nextInt(right.size()));
        }
        return random.nextInt(200) == 0 ? "y".repeat(HUGE) : STRINGS.get(random.nextInt(STRINGS.size()));
    }

    private long number() {
        return random.nextInt(4) == 0 ? random.nextLong() : NUMBERS.get(random.nextInt(NUMBERS.size()));
    }

    private Object enumeration(EnumDescriptor type) {
        return random.nextInt(4) == 0
                ? type.findValueByNumberCreatingIfUnknown(UNKNOWN_ENUM_NUMBER)
                : type.getValues().get(random.nextInt(type.getValues().size()));
    }
}

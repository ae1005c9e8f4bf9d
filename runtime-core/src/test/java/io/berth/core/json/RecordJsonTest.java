package io.berth.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordJsonTest {
    enum Colour {
        RED,
        GREEN
    }

    record Part(String name, int count) {
        Part {
            if (count < 0) {
                throw new IllegalArgumentException("fewer than none");
            }
        }
    }

    sealed interface Form {}

    record Round(long radius) implements Form {}

    record Flat() implements Form {}

    record Whole(
            @Nullable String text,
            int number,
            @Nullable Integer perhaps,
            long large,
            @Nullable Long perhapsLarge,
            boolean flag,
            @Nullable Colour class_,
            @Nullable List<Part> parts,
            @Nullable Map<String, List<String>> names,
            @Nullable Form form) {}

    private static final Whole FULL = new Whole(
            "\u00e4\n\"\ud83d\ude00\u0000",
            -1,
            2,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            true,
            Colour.GREEN,
            List.of(new Part("a", 1), new Part("b", 0)),
            Map.of("", List.of("x", "y")),
            new Round(7));
    private static final Whole EMPTY = new Whole("", 0, null, 0, null, false, null, List.of(), Map.of(), new Flat());
    private static final Whole ABSENT = new Whole(null, 0, null, 0, null, false, null, null, null, null);

    private static final RecordJson<Whole> FORMAT = RecordJson.of(Whole.class);
    private static final RecordJson<Whole> SPARSE = RecordJson.sparse(Whole.class);

    private static final RecordJson<Whole> COMPACT = RecordJson.compact(Whole.class);

    private static String written(RecordJson<Whole> format, Whole value) {
        return new String(format.write(value), StandardCharsets.UTF_8);
    }

    private static Whole read(String json) throws JsonProcessingException {
        return FORMAT.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aRecordComesBackAsItWent() throws JsonProcessingException {
        for (Whole value : Arrays.asList(FULL, EMPTY, ABSENT)) {
            assertThat(read(written(FORMAT, value))).isEqualTo(value);
        }
    }

    @Test
    void componentsAreMembersInTheirOrderAndNullIsLeftOut() {
        assertThat(written(FORMAT, EMPTY))
                .isEqualTo("{\"text\":\"\",\"number\":0,\"large\":0,\"flag\":false,\"parts\":[],\"names\":{},"
                        + "\"form\":{\"form\":\"flat\"}}");
        assertThat(written(FORMAT, FULL)).contains("\"class\":\"GREEN\"", "\"form\":{\"form\":\"round\",\"radius\":7}");
    }

    @Test
    void theSparseFormLeavesOutWhatIsEmptyButNoNumbers() {
        assertThat(written(SPARSE, EMPTY))
                .isEqualTo("{\"number\":0,\"large\":0,\"flag\":false,\"form\":{\"form\":\"flat\"}}");
    }

    @Test
    void theCompactFormLeavesOutZerosAndReadsThemBack() throws JsonProcessingException {
        assertThat(written(COMPACT, EMPTY)).isEqualTo("{\"parts\":[],\"names\":{},\"form\":{\"form\":\"flat\"}}");
        Whole zeros = new Whole("", 0, 0, 0, 0L, false, null, List.of(new Part("", 0)), null, null);
        assertThat(written(COMPACT, zeros)).isEqualTo("{\"perhaps\":0,\"perhapsLarge\":0,\"parts\":[{}]}");
        for (Whole value : List.of(FULL, EMPTY, zeros)) {
            assertThat(COMPACT.read(COMPACT.write(value))).isEqualTo(value);
            assertThat(COMPACT.read(FORMAT.write(value))).as("the whole form").isEqualTo(value);
        }
    }

    @Test
    void whatIsAbsentOrNullIsNullZeroOrFalse() throws JsonProcessingException {
        assertThat(read("{}")).isEqualTo(ABSENT);
        assertThat(read("{\"text\":null,\"number\":null,\"flag\":null,\"parts\":null,\"form\":null}"))
                .isEqualTo(ABSENT);
    }

    @Test
    void membersThatTheRecordDoesNotHaveArePassedOver() throws JsonProcessingException {
        assertThat(read("{\"newer\":{\"number\":[{}]},\"number\":3,\"other\":[1],\"last\":null}")
                        .number())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"text\":1}                           | /text is no text",
                "{\"number\":\"1\"}                     | /number is no whole number",
                "{\"number\":1.5}                       | /number is no whole number",
                "{\"large\":true}                       | /large is no whole number",
                "{\"flag\":0}                           | /flag is no true or false",
                "{\"class\":\"BLUE\"}                   | /class is no Colour",
                "{\"parts\":{}}                         | /parts is no list",
                "{\"parts\":[{},{\"count\":\"x\"}]}     | /parts/1/count is no whole number",
                "{\"parts\":[null]}                     | /parts/0 is no object",
                "{\"parts\":[{\"count\":-1}]}           | fewer than none",
                "{\"names\":{\"a\":[{}]}}               | /names/a/0 is no text",
                "{\"names\":{\"a\":null}}               | /names/a is no list",
                "{\"form\":{\"radius\":1}}              | object that starts with \"form\"",
                "{\"form\":{\"form\":\"square\"}}       | no one of [flat, round]",
                "{\"form\":{\"form\":null}}             | no one of [flat, round]",
            })
    void whatDoesNotFitIsRefusedByItsPlace(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "1",
                "{",
                "{\"text\"",
                "{\"text\":",
                "{\"text\":\"a",
                "{\"parts\":[{",
                "{\"parts\":[",
                "{\"names\":{\"a\":[",
                "{\"form\":{\"form\":\"round\"",
                "{\"unknown\":[1",
                "{} {}",
                "{\"number\":2147483648}",
                "{\"large\":9223372036854775808}"
            })
    void whatIsNoDocumentOfItIsRefused(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void aTypeThatHasNoJsonIsRefusedWhenTheFormatIsMade() {
        record Paths(Path path) {}
        record Numbers(Map<Integer, String> numbers) {}
        record Doubles(double value) {}
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordJson.of(Paths.class))
                .withMessageContaining("java.nio.file.Path");
        assertThatIllegalArgumentException().isThrownBy(() -> RecordJson.of(Numbers.class));
        assertThatIllegalArgumentException().isThrownBy(() -> RecordJson.of(Doubles.class));
    }
}

package io.berth.server.config.toml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TomlParserTest {
    @ParameterizedTest
    @MethodSource("values")
    void valuesAreReadAsTheSpecificationSays(String written, TomlValue value) {
        assertThat(read("key = " + written, "key")).isEqualTo(value);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("\"plain\"", text("plain")),
                Arguments.of("\"\\b\\t\\n\\f\\r\\\"\\\\\\u00e9\\U0001F600\"", text("\b\t\n\f\r\"\\é😀")),
                Arguments.of("'C:\\no \"escapes\"'", text("C:\\no \"escapes\"")),
                Arguments.of("\"\"", text("")),
                Arguments.of("\"\"\"\nfirst\nsecond\"\"\"", text("first\nsecond")),
                Arguments.of("\"\"\"one \\\n\n   two\"\"\"", text("one two")),
                Arguments.of("\"\"\"say \"\"hi\"\"\"\"\"", text("say \"\"hi\"\"")),
                Arguments.of("'''\r\nraw\\\r\nlines'''", text("raw\\\nlines")),
                Arguments.of("''''quoted'''''", text("'quoted''")),
                Arguments.of("42", new TomlValue.Whole(42)),
                Arguments.of("-17", new TomlValue.Whole(-17)),
                Arguments.of("+1_000", new TomlValue.Whole(1000)),
                Arguments.of("0xDEAD_beef", new TomlValue.Whole(0xdeadbeefL)),
                Arguments.of("0o755", new TomlValue.Whole(0755)),
                Arguments.of("0b101", new TomlValue.Whole(5)),
                Arguments.of("-9223372036854775808", new TomlValue.Whole(Long.MIN_VALUE)),
                Arguments.of("true", new TomlValue.Flag(true)),
                Arguments.of("false # or not", new TomlValue.Flag(false)),
                Arguments.of("3.14", new TomlValue.Other("3.14")),
                Arguments.of("-1e1_0", new TomlValue.Other("-1e1_0")),
                Arguments.of("inf", new TomlValue.Other("inf")),
                Arguments.of("1979-05-27T07:32:00.5-07:00", new TomlValue.Other("1979-05-27T07:32:00.5-07:00")),
                Arguments.of("07:32:00", new TomlValue.Other("07:32:00")),
                Arguments.of("[]", array()),
                Arguments.of(
                        "[ 1, \"two\", [3], ]",
                        array(new TomlValue.Whole(1), text("two"), array(new TomlValue.Whole(3)))),
                Arguments.of("[ # why\n  1,\n  # more\n  2\n]", array(new TomlValue.Whole(1), new TomlValue.Whole(2))));
    }

    @Test
    void everyKeyHasItsLine() {
        TomlTable document = TomlParser.parse("""
                one = 1 # two = 2
                text = \"""
                three = 3
                [four]
                \"""
                list = [
                  "five = 5", # six = "
                ]
                [table] # comment
                "quoted.key" = 1
                dotted . key = 2
                inline = { a = 1, b = [1, 2] }
                [table.below]
                [[array]]
                last = 'x'
                """);
        assertThat(document.entries().keySet()).containsExactly("one", "text", "list", "table", "array");
        assertThat(line(document, "one")).isEqualTo(1);
        assertThat(line(document, "text")).isEqualTo(2);
        assertThat(line(document, "list")).isEqualTo(6);
        assertThat(line(document, "table")).isEqualTo(9);
        TomlTable table = table(document, "table");
        assertThat(line(table, "quoted.key")).isEqualTo(10);
        assertThat(line(table(table, "dotted"), "key")).isEqualTo(11);
        assertThat(line(table(table, "inline"), "b")).isEqualTo(12);
        assertThat(line(table, "below")).isEqualTo(13);
        assertThat(line(document, "array")).isEqualTo(14);
    }

    @Test
    void tablesCanBeDefinedAfterThoseInThem() {
        TomlTable document = TomlParser.parse("[a.b]\nx = 1\n[a]\ny = 2\n[a.c]\n");
        assertThat(table(document, "a").entries().keySet()).containsExactly("b", "y", "c");
    }

    @Test
    void listsOfTablesGrow() {
        TomlTable document = TomlParser.parse("[[a]]\nx = 1\n[a.b]\n[[a]]\nx = 2\n");
        assertThat(Objects.requireNonNull(document.get("a")).value())
                .isInstanceOfSatisfying(
                        TomlValue.Array.class,
                        list -> assertThat(list.elements()).hasSize(2));
    }

    @Test
    void windowsLineEndsAndNoLastLineEndAreTaken() {
        TomlTable document = TomlParser.parse("a = 1\r\n\r\n[t]\r\nb = 2");
        assertThat(line(table(document, "t"), "b")).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a = 1\nb",
                "a = 1\nb =",
                "a = 1\nb = \n",
                "a = 1\nb = 1 c = 2",
                "a = 1\na = 2",
                "a = 1\n[a]",
                "a = 1\n= 1",
                "a = 1\n[]",
                "a = 1\n[b",
                "a = 1\n[[b]",
                "a = 1\nb = \"open",
                "a = 1\nb = 'open\n'",
                "a = 1\nb = \"\"\"open\n\n\n",
                "a = 1\nb = \"\\q\"",
                "a = 1\nb = \"\\ud800\"",
                "a = 1\nb = \"\\u12\"",
                "a = 1\nb = \"\u0001\"",
                "a = 1\nb = 01",
                "a = 1\nb = 1__0",
                "a = 1\nb = 0x",
                "a = 1\nb = 99999999999999999999",
                "a = 1\nb = True",
                "a = 1\nb = 1.",
                "a = 1\nb = soon",
                "a = 1\nb = [1 2]",
                "a = 1\nb = {x = 1,}",
                "a = 1\nb = {x = 1",
                "a = 1\na.b = 2",
                "a.b = 1\n[a]",
                "a = {}\n[a.b]",
                "a = {x = {}}\na.x.y = 1",
                "a = []\n[[a]]",
                "a = 1\nb c = 2",
            })
    void whatIsNoTomlIsRefusedWithItsLine(String document) {
        assertThatThrownBy(() -> TomlParser.parse(document))
                .isInstanceOfSatisfying(
                        TomlException.class, e -> assertThat(e.line()).isEqualTo(2));
    }

    @Test
    void endlessNestingIsRefused() {
        assertThatThrownBy(() -> TomlParser.parse("a = " + "[".repeat(100_000)))
                .isInstanceOf(TomlException.class)
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void whatIsWrittenReadsBack() {
        String odd = "a \"b\" \\ \t\n\u0001é😀";
        assertThat(read("key = " + TomlWriter.quoted(odd), "key")).isEqualTo(text(odd));
        assertThat(TomlParser.parse(TomlWriter.key("docker.io") + " = 1").entries())
                .containsKey("docker.io");
        assertThat(TomlWriter.key("bare-key_1")).isEqualTo("bare-key_1");
    }

    private static TomlValue read(String document, String key) {
        return Objects.requireNonNull(TomlParser.parse(document).get(key)).value();
    }

    private static int line(TomlTable table, String key) {
        return Objects.requireNonNull(table.get(key)).line();
    }

    private static TomlTable table(TomlTable table, String key) {
        return ((TomlValue.Nested) Objects.requireNonNull(table.get(key)).value()).table();
    }

    private static TomlValue text(String value) {
        return new TomlValue.Text(value);
    }

    private static TomlValue array(TomlValue... elements) {
        return new TomlValue.Array(List.of(elements));
    }
}

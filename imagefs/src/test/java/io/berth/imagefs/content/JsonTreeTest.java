package io.berth.imagefs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.imagefs.ImageException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTreeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " {\"a\":[1,-2,3000000000,123456789012345678901234567890,1.5,1e3,true,false,null,\"\\u00e4\",[],{}]} \n",
                "{\"a\":1,\"b\":{\"c\":{\"d\":[[[{}]]]}},\"a\":2}",
                "{\"\":\"\"}"
            })
    void aTreeIsAsDatabindReadsIt(String json) throws Exception {
        assertThat(BoundedJson.readObject(json.getBytes(StandardCharsets.UTF_8), "it"))
                .isEqualTo(new ObjectMapper().readTree(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "1",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":[",
                "{\"a\":[1,",
                "{\"a\":[1",
                "{\"a\":{]}",
                "{\"a\":[}}",
                "{\"a\":1,}",
                "{a:1}",
                "{} x",
                "{}{}",
                "{\"a\":\u0001}"
            })
    void whatIsNoObjectIsRefused(String json) {
        assertThatThrownBy(() -> BoundedJson.readObject(json.getBytes(StandardCharsets.UTF_8), "it"))
                .isInstanceOfSatisfying(
                        ImageException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ImageException.Kind.INVALID_CONTENT))
                .hasMessageStartingWith("it ");
    }

    @Test
    void whatIsNestedDeeperThanAllowedIsRefused() {
        byte[] deep = ("{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}").getBytes(StandardCharsets.UTF_8);
        assertThat(BoundedJson.readObject(deep, "it", 64).size()).isOne();
        assertThatThrownBy(() -> BoundedJson.readObject(deep, "it", 63))
                .isInstanceOfSatisfying(
                        ImageException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ImageException.Kind.LIMIT_EXCEEDED));
    }
}

package io.berth.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import org.junit.jupiter.api.Test;

class NamesTest {
    private final Names names = new Names("sandbox");
    private final Index<String> index = new Index<>("container");

    @Test
    void aTakenNameNamesItsHolder() {
        names.reserve("pod", "first");
        names.reserve("pod", "first");
        assertThatThrownBy(() -> names.reserve("pod", "second"))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.ALREADY_EXISTS))
                .hasMessageContaining("first");
    }

    @Test
    void onlyTheHolderGivesANameBack() {
        names.reserve("pod", "first");
        names.release("pod", "second");
        assertThatThrownBy(() -> names.reserve("pod", "second")).isInstanceOf(BerthException.class);
        names.release("pod", "first");
        names.reserve("pod", "second");
    }

    @Test
    void aUniquePrefixIsEnough() {
        index.put("abc1", "one");
        index.put("abd2", "two");
        assertThat(index.get("abc")).isEqualTo("one");
        assertThat(index.find("x")).isEmpty();
        assertThatThrownBy(() -> index.get("ab")).hasMessageContaining("several");
        assertThatThrownBy(() -> index.get("")).hasMessageContaining("empty");
        assertThatThrownBy(() -> index.get("nope"))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.NOT_FOUND));
    }
}

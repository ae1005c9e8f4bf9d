package io.berth.core.nri;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginNameTest {
    @Test
    void anIndexOfTwoDigitsAndAPlainNameAreFine() {
        assertThat(new PluginName("07", "a.b-c_d+E9").problem()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"1,name", "123,name", "ab,name", "'',name", "10,''", "10,a/b", "10,a b", "10,ä"})
    void othersAreNot(String index, String base) {
        assertThat(new PluginName(index, base).problem()).isNotNull();
    }
}

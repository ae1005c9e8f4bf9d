package io.berth.imagefs.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WhiteoutTest {
    @Test
    void namesSayWhatTheyTakeAway() {
        assertThat(Whiteout.of("file")).isNull();
        assertThat(Whiteout.of(".wh")).isNull();
        assertThat(Whiteout.of(".wh.file")).isEqualTo(new Whiteout.Removal("file"));
        assertThat(Whiteout.of(".wh..hidden")).isEqualTo(new Whiteout.Removal(".hidden"));
        assertThat(Whiteout.of(".wh..wh..opq")).isEqualTo(new Whiteout.Opaque());
        assertThat(Whiteout.of(".wh..wh.aufs")).isEqualTo(new Whiteout.Ignored());
        assertThat(Whiteout.of(".wh.")).isEqualTo(new Whiteout.Malformed());
        assertThat(Whiteout.of(".wh...")).isEqualTo(new Whiteout.Malformed());
    }
}

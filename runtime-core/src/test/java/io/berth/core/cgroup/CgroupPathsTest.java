package io.berth.core.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CgroupPathsTest {
    @Test
    void aSliceNameNests() {
        assertThat(CgroupPaths.parent("kubepods-burstable-pod1_2.slice", "x"))
                .isEqualTo("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice");
    }

    @Test
    void aPathStandsAsItIs() {
        assertThat(CgroupPaths.parent("/kubepods/burstable/pod1/", "x")).isEqualTo("/kubepods/burstable/pod1");
        assertThat(CgroupPaths.parent("kubepods//pod1", "x")).isEqualTo("/kubepods/pod1");
    }

    @Test
    void noParentIsOneOfOurOwn() {
        assertThat(CgroupPaths.parent("", "abc")).isEqualTo("/berth/abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a/../b", "..", "a--b.slice", "-.slice", "-a.slice"})
    void whatNoCgroupCanBeIsRefused(String parent) {
        assertThatThrownBy(() -> CgroupPaths.parent(parent, "x")).hasMessageContaining("cgroup_parent");
    }
}

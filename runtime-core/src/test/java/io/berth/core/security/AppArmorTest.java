package io.berth.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.Configs;
import io.berth.core.error.BerthException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppArmorTest {
    @TempDir
    Path directory;

    private int loads;

    private AppArmor apparmor(boolean enabled, String loaded, boolean works) throws IOException {
        return new AppArmor(
                enabled, Files.writeString(directory.resolve("profiles"), loaded), new ProfileLoader("test") {
                    @Override
                    void load() throws IOException {
                        loads++;
                        if (!works) {
                            throw new IOException("no compiler");
                        }
                    }
                });
    }

    private static SecurityProfile localhost(String name) {
        return new SecurityProfile(SecurityProfile.Type.LOCALHOST, name);
    }

    @Test
    void whoAsksForNothingGetsTheDefaultAndItIsLoadedOnce() throws IOException {
        AppArmor apparmor = apparmor(true, "", true);
        assertThat(apparmor.profile(Configs.apparmor(null, false))).isEqualTo(AppArmor.DEFAULT_PROFILE);
        assertThat(apparmor.profile(Configs.apparmor(SecurityProfile.runtimeDefault(), false)))
                .isEqualTo(AppArmor.DEFAULT_PROFILE);
        assertThat(loads).isEqualTo(1);
    }

    @Test
    void theUnconfinedAndThePrivilegedGetNone() throws IOException {
        AppArmor apparmor = apparmor(true, "", true);
        assertThat(apparmor.profile(Configs.apparmor(SecurityProfile.unconfined(), false)))
                .isEmpty();
        assertThat(apparmor.profile(Configs.apparmor(SecurityProfile.runtimeDefault(), true)))
                .isEmpty();
    }

    @Test
    void aProfileThatCannotBeLoadedIsLeftOut() throws IOException {
        assertThat(apparmor(true, "other (enforce)\n", false).profile(Configs.apparmor(null, false)))
                .isEmpty();
        assertThat(apparmor(true, "berth-default (enforce)\n", false).profile(Configs.apparmor(null, false)))
                .isEqualTo(AppArmor.DEFAULT_PROFILE);
    }

    @Test
    void aNamedProfileHasToBeLoaded() throws IOException {
        AppArmor apparmor = apparmor(true, "mine (enforce)\nmine-too (complain)\n", true);
        assertThat(apparmor.profile(Configs.apparmor(localhost("localhost/mine"), true)))
                .isEqualTo("mine");
        assertThatThrownBy(() -> apparmor.profile(Configs.apparmor(localhost("min"), false)))
                .isInstanceOf(BerthException.class)
                .hasMessageContaining("not loaded");
        assertThatThrownBy(() -> apparmor.profile(Configs.apparmor(localhost("a b"), false)))
                .hasMessageContaining("not the name of a profile");
    }

    @Test
    void aKernelWithoutAppArmorRefusesNamesAndTakesTheDefaultAsNone() throws IOException {
        AppArmor apparmor = apparmor(false, "", true);
        assertThat(apparmor.profile(Configs.apparmor(null, false))).isEmpty();
        assertThatThrownBy(() -> apparmor.profile(Configs.apparmor(localhost("mine"), false)))
                .hasMessageContaining("AppArmor off");
        assertThat(loads).isZero();
    }
}

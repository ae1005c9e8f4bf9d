package io.berth.imagefs.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.ResolvedUser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountsTest {
    private static final Accounts ACCOUNTS = Accounts.parse("""
            root:x:0:0:root:/root:/bin/sh
            broken line
            www:x:33:33:www:/var/www:/sbin/nologin
            app:x:1000:1000::relative:
            big:x:99999999999:1::/:
            """, """
            root:x:0:
            adm:x:4:www,app
            www:x:33:www
            audio:x:29:app,root
            nope:x:x:app
            """);

    private static void refused(Kind kind, String user) {
        assertThatThrownBy(() -> ACCOUNTS.resolve(user))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void namesAndNumbersAreResolved() {
        assertThat(ACCOUNTS.resolve("")).isEqualTo(new ResolvedUser(0, 0, List.of(29), "/root"));
        assertThat(ACCOUNTS.resolve("www")).isEqualTo(new ResolvedUser(33, 33, List.of(4), "/var/www"));
        assertThat(ACCOUNTS.resolve("33")).isEqualTo(new ResolvedUser(33, 33, List.of(4), "/var/www"));
        assertThat(ACCOUNTS.resolve("app:adm")).isEqualTo(new ResolvedUser(1000, 4, List.of(29), "/"));
        assertThat(ACCOUNTS.resolve("www:1234")).isEqualTo(new ResolvedUser(33, 1234, List.of(4, 33), "/var/www"));
        assertThat(ACCOUNTS.resolve("5000")).isEqualTo(new ResolvedUser(5000, 0, List.of(), "/"));
        assertThat(ACCOUNTS.resolve("5000:6000")).isEqualTo(new ResolvedUser(5000, 6000, List.of(), "/"));
        assertThat(ACCOUNTS.resolve("2147483647").uid()).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "big", "www:nogroup", "nope", "ｗｗｗ"})
    void namesThatTheImageDoesNotKnowAreRefused(String user) {
        refused(Kind.UNKNOWN_USER, user);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483648", "-1", "4294967295", "www:99999999999", "a:b:c", "0:-5"})
    void numbersOutOfRangeAreRefused(String user) {
        refused(Kind.INVALID_ARGUMENT, user);
    }
}

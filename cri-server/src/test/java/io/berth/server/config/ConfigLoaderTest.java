package io.berth.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("config.toml");
    }

    @Test
    void valuesOfEveryTypeAreRead() throws IOException {
        Files.writeString(file, """
                socket = "/run/other/berth.sock"
                shim_path = "/opt/berth-shim"
                [log]
                level = "debug"
                format = "json"
                [network]
                mtu = 1400
                masquerade = false
                ipv6_range = "fd00:88::/64"
                [images]
                pinned = ["registry.example/pinned:1"]
                layer_limit = "10GiB"
                manifest_limit = "123456"
                progress_timeout = "250ms"
                [registry]
                insecure = ["registry.example:5000"]
                [registry.mirrors]
                "docker.io" = ["https://one.example", "http://127.0.0.1:5000/v2"]
                """);
        BerthConfig config = ConfigLoader.load(file, true).config();
        assertThat(config.socket()).isEqualTo(Path.of("/run/other/berth.sock"));
        assertThat(config.shimPath()).isEqualTo(Path.of("/opt/berth-shim"));
        assertThat(config.log()).isEqualTo(new LogConfig(LogConfig.Level.DEBUG, LogConfig.Format.JSON));
        assertThat(config.network().mtu()).isEqualTo(1400);
        assertThat(config.network().masquerade()).isFalse();
        assertThat(config.network().ipv6Range()).isEqualTo("fd00:88::/64");
        assertThat(config.images().pinned()).containsExactly("registry.example/pinned:1");
        assertThat(config.images().layerLimit()).isEqualTo(10L << 30);
        assertThat(config.images().manifestLimit()).isEqualTo(123_456);
        assertThat(config.images().progressTimeout()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.registry().insecure()).containsExactly("registry.example:5000");
        assertThat(config.registry().mirrors())
                .isEqualTo(Map.of(
                        "docker.io",
                        List.of(URI.create("https://one.example"), URI.create("http://127.0.0.1:5000/v2"))));
    }

    @Test
    void dropInsReplaceSingleValuesInTheOrderOfTheirNames() throws IOException {
        Files.writeString(file, "[network]\nmtu = 1\nbridge = \"kept\"\n");
        Path dropIns = Files.createDirectory(directory.resolve("config.d"));
        Files.writeString(dropIns.resolve("20-last.toml"), "[network]\nmtu = 3\n");
        Files.writeString(dropIns.resolve("10-first.toml"), "[network]\nmtu = 2\nmasquerade = false\n");
        Files.writeString(dropIns.resolve("30-ignored.toml.bak"), "nonsense");
        NetworkConfig network = ConfigLoader.load(file, true).config().network();
        assertThat(network.mtu()).isEqualTo(3);
        assertThat(network.masquerade()).isFalse();
        assertThat(network.bridge()).isEqualTo("kept");
    }

    @Test
    void dropInsHoldWithoutAFile() throws IOException {
        Files.writeString(
                Files.createDirectory(directory.resolve("config.d")).resolve("a.toml"), "[network]\nmtu = 9\n");
        assertThat(ConfigLoader.load(file, false).config().network().mtu()).isEqualTo(9);
    }

    @Test
    void anUnknownKeyIsRefusedWithFileLineAndTheNearestRealKey() throws IOException {
        Files.writeString(file, "# a comment\n\n[network]\nmtu = 1\n  brigde = \"b0\"\n");
        assertProblem(file + ":5: network.brigde: unknown key, did you mean network.bridge?");
    }

    @Test
    void aKeyInTheWrongTableIsFoundAgain() throws IOException {
        Files.writeString(file, "bridge = \"b0\"\n");
        assertProblem(file + ":1: bridge: unknown key, did you mean network.bridge?");
    }

    @Test
    void aKeyLikeNoOtherGetsNoAdvice() throws IOException {
        Files.writeString(file, "\n[zzz]\nqqqqqq = 1\n");
        assertProblem(file + ":3: zzz.qqqqqq: unknown key");
    }

    @Test
    void anUnknownKeyOfADropInNamesTheDropIn() throws IOException {
        Path dropIn = Files.createDirectory(directory.resolve("config.d")).resolve("a.toml");
        Files.createFile(file);
        Files.writeString(dropIn, "sokcet = \"/s\"\n");
        assertProblem(dropIn + ":1: sokcet: unknown key, did you mean socket?");
    }

    @Test
    void everyProblemIsNamedAtOnce() throws IOException {
        Files.writeString(file, "sokcet = 1\n[network]\nmtu = \"x\"\n");
        assertThatThrownBy(() -> ConfigLoader.load(file, true))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(":1: sokcet: ")
                .hasMessageContaining(":3: network.mtu: must be a whole number, is \"x\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "socket = 3 | socket: must be a text in quotes, is 3",
                "socket = \"relative\" | socket: must be an absolute path, is \"relative\"",
                "network.mtu = 70000 | network.mtu: must be 0 to 65535, is 70000",
                "network.mtu = -1 | network.mtu: must be 0 to 65535, is -1",
                "network.mtu = 1.5 | network.mtu: must be a whole number, is 1.5",
                "network.masquerade = \"yes\" | network.masquerade: must be true or false, is \"yes\"",
                "network.bridge = \"a-name-of-16-char\" | network.bridge: must be a name of 1 to 15 characters",
                "network.ipv4_range = \"10.0.0.0\" | network.ipv4_range: must be an IPv4 range",
                "network.ipv4_range = \"fd00::/64\" | network.ipv4_range: must be an IPv4 range",
                "network.ipv4_range = \"10.0.0.0/8\" | network.ipv4_range: must be an IPv4 range",
                "network.ipv6_range = \"10.0.0.0/24\" | network.ipv6_range: must be an IPv6 range",
                "log.level = \"loud\" | log.level: must be one of \"error\", \"warn\", \"info\", \"debug\", \"trace\"",
                "cgroup.missing_controllers = \"ignore\" | must be one of \"refuse\", \"warn\"",
                "images.layer_limit = \"10GB\" | images.layer_limit: must be a number of bytes",
                "images.layer_limit = \"1\" | images.layer_limit: must be 1MiB to 16TiB",
                "images.layer_limit = \"99999999999999TiB\" | images.layer_limit: must be a number of bytes",
                "images.pull_timeout = \"soon\" | images.pull_timeout: must be a number with ms, s, m or h",
                "images.pinned = \"one\" | images.pinned: must be a list of texts, is \"one\"",
                "images.pinned = [1] | images.pinned: must be a list of texts, has 1",
                "registry.insecure = [\"http://x\"] | registry.insecure: must be HOST or HOST:PORT",
                "registry.mirrors.x = [\"ftp://x\"] | registry.mirrors.x: must be http or https URLs, has \"ftp://x\"",
                "registry.mirrors = [] | registry.mirrors: is a table",
                "network = 3 | network: is a table: write [network] and its keys below",
                "socket.path = \"/x\" | socket.path: unknown key: socket is a value and no table",
            })
    void aValueThatCannotBeIsRefusedWithFileLineAndKey(String line, String problem) throws IOException {
        Files.writeString(file, "# first\n" + line + "\n");
        assertThatThrownBy(() -> ConfigLoader.load(file, true))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + ":2: ")
                .hasMessageContaining(problem);
    }

    @Test
    void brokenTomlIsRefusedWithItsLine() throws IOException {
        Files.writeString(file, "[log]\nlevel = \"info\"\nformat = \n");
        assertThatThrownBy(() -> ConfigLoader.load(file, true))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(file + ":3: ");
    }

    @Test
    void aKeyTwiceInOneFileIsRefused() throws IOException {
        Files.writeString(file, "socket = \"/a\"\nsocket = \"/b\"\n");
        assertThatThrownBy(() -> ConfigLoader.load(file, true)).isInstanceOf(ConfigException.class);
    }

    @Test
    void aFileThatWasAskedForMustBeThere() {
        assertProblem("reading " + file + ": no such file");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        Files.write(file, new byte[] {'s', '=', '"', (byte) 0xff, '"'});
        assertProblem("reading " + file + ": is not UTF-8");
    }

    private void assertProblem(String message) {
        assertThatThrownBy(() -> ConfigLoader.load(file, true))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }
}

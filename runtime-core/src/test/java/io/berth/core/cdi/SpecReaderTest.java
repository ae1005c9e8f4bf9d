package io.berth.core.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecReaderTest {
    private static final String EDITS = "\"containerEdits\": {\"env\": [\"A=1\"]}";

    @TempDir
    Path directory;

    private CdiSpec read(String name, String text) throws IOException, UnusableFile {
        Path file = directory.resolve(name);
        Files.writeString(file, text);
        return SpecReader.read(file);
    }

    private static String spec(String version, String kind, String devices, String edits) {
        return "{\"cdiVersion\": \"" + version + "\", \"kind\": \"" + kind + "\", \"devices\": [" + devices
                + "], \"containerEdits\": {" + edits + "}}";
    }

    @Test
    void aFileSaysTheSameInJsonAndInYaml() throws Exception {
        assertThat(read("a.json", spec("v0.3.0", "vendor.com/net", "{\"name\": \"a\", " + EDITS + "}", "")))
                .isEqualTo(read("a.yaml", """
                        cdiVersion: v0.3.0
                        kind: vendor.com/net
                        devices:
                        - name: a
                          containerEdits:
                            env: ["A=1"]
                        """));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    2.0.0 | v.com/n | {"name": "a", EDITS} | | its cdiVersion is "2.0.0"
                    1.1.0 | v.com   | {"name": "a", EDITS} | | its kind is "v.com"
                    1.1.0 | v.com/n | | | it has no devices
                    1.1.0 | v.com/n | {"name": "a b", EDITS} | | "a b" is no device's name
                    1.1.0 | v.com/n | {"name": "a", EDITS}, {"name": "a", EDITS} | | it has two devices a
                    1.1.0 | v.com/n | {"name": "a"} | | the device a edits nothing
                    1.1.0 | v.com/n | {"name": "a", "color": "red", EDITS} | | devices[0].color: Unrecognized field
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "env": ["=1"] | "=1" in env is not NAME=VALUE
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "env": "A=1" | containerEdits.env: Cannot construct
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "deviceNodes": [{"path": "dev"}] | an absolute path is expected
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "deviceNodes": [{"path": "/d", "permissions": "x"}] | the permissions "x"
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "deviceNodes": [{"path": "/d", "type": "z"}] | the type "z"
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "mounts": [{"hostPath": "/d"}] | a mount's containerPath is ""
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "hooks": [{"hookName": "later", "path": "/d"}] | "later" is no hook's name
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "hooks": [{"hookName": "poststop", "path": "/d", "timeout": 0}] | the timeout 0
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "additionalGids": [-1] | additionalGids has -1
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "intelRdt": {"closID": "a/b"} | "a/b" is no closID
                    1.1.0 | v.com/n | {"name": "a", EDITS} | "netDevices": [{"name": "a"}] | a network device needs
                    1.0.0 | v.com/n | {"name": "a", EDITS} | "netDevices": [{"hostInterfaceName": "b", "name": "a"}] | what came with 1.1.0
                    1.0.0 | v.com/n | {"name": "a", EDITS} | "intelRdt": {"schemata": []} | what came with 1.1.0
                    0.6.0 | v.com/n | {"name": "a", EDITS} | "additionalGids": [1] | what came with 0.7.0
                    0.5.0 | v.com/n.x | {"name": "a", EDITS} | | what came with 0.6.0
                    0.4.0 | v.com/n | {"name": "0", EDITS} | | what came with 0.5.0
                    0.3.0 | v.com/n | {"name": "a", EDITS} | "mounts": [{"hostPath": "/d", "containerPath": "/d", "type": "none"}] | what came with 0.4.0
                    0.2.0 | v.com/n | {"name": "a", EDITS} | | what came with 0.3.0
                    """)
    void whatIsWrongIsNamed(String version, String kind, String devices, String edits, String why) {
        String text =
                spec(version, kind, devices == null ? "" : devices.replace("EDITS", EDITS), edits == null ? "" : edits);
        assertThatThrownBy(() -> read("a.json", text))
                .isInstanceOf(UnusableFile.class)
                .hasMessageContaining(why);
    }

    @Test
    void whatIsNoDocumentIsNamed() {
        assertThatThrownBy(() -> read("a.json", "")).isInstanceOf(UnusableFile.class);
        assertThatThrownBy(() -> read("a.json", "null")).isInstanceOf(UnusableFile.class);
        assertThatThrownBy(() -> read("a.json", "{\"kind\": \"a\", \"kind\": \"b\"}"))
                .isInstanceOf(UnusableFile.class)
                .hasMessageContaining("Duplicate field");
        assertThatThrownBy(() -> read("a.yaml", "")).isInstanceOf(UnusableFile.class);
        assertThatThrownBy(() -> read("a.yaml", "a: [")).isInstanceOf(UnusableFile.class);
        assertThatThrownBy(() -> read("a.yaml", "kind: a\nkind: b")).isInstanceOf(UnusableFile.class);
        assertThatThrownBy(() -> read("a.yaml", "- one\n- two")).isInstanceOf(UnusableFile.class);
        assertThatThrownBy(() -> read("a.yaml", "[".repeat(60) + "]".repeat(60)))
                .isInstanceOf(UnusableFile.class);
    }

    @Test
    void aYamlFileMakesNoObjectsOfItsOwn() {
        assertThatThrownBy(() -> read("a.yaml", "kind: !!java.net.URL [\"http://127.0.0.1/\"]"))
                .isInstanceOf(UnusableFile.class);
    }

    @Test
    void aliasesThatMultiplyAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int level = 1; level < 20; level++) {
            bomb.append("a%d: &a%d [".formatted(level, level))
                    .append("*a%d, ".formatted(level - 1).repeat(9))
                    .append("x]\n");
        }
        assertThatThrownBy(() -> read("a.yaml", bomb.toString())).isInstanceOf(UnusableFile.class);
    }

    @Test
    void whatIsNoFileOrTooLargeIsRefused() throws IOException {
        Path large = directory.resolve("large.yaml");
        Files.writeString(large, "#".repeat(SpecReader.LIMIT_BYTES + 1));
        assertThatThrownBy(() -> SpecReader.read(large)).hasMessageContaining("larger than");
        Path folder = Files.createDirectory(directory.resolve("folder.yaml"));
        assertThatThrownBy(() -> SpecReader.read(folder)).hasMessageContaining("no regular file");
    }
}

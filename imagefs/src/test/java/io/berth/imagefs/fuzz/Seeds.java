package io.berth.imagefs.fuzz;

import com.github.luben.zstd.Zstd;
import io.berth.imagefs.content.MediaTypes;
import io.berth.imagefs.testing.TarBuilder;
import io.berth.imagefs.testing.TestImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** What fuzzing starts from, by name: well-formed things and the usual attacks. */
final class Seeds {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);
    private static final int BLOCK = 512;
    private static final int SIZE_FIELD = 124;
    private static final int CHECKSUM_FIELD = 148;
    private static final int TYPE_FIELD = 156;

    private Seeds() {}

    static Map<String, byte[]> tars() {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("empty", new byte[0]);
        seeds.put("zeros", new byte[2 * BLOCK]);
        seeds.put(
                "everything",
                new TarBuilder()
                        .directory("d", 0755)
                        .file("d/file", "content", TarBuilder.attributes(Map.of("user.a", "b", "security.c", "d")))
                        .symbolicLink("d/link", "../../etc/passwd")
                        .hardLink("d/hard", "d/file")
                        .typed("d/pipe", TarConstants.LF_FIFO, entry -> {})
                        .typed("d/device", TarConstants.LF_CHR, device(1, 3))
                        .file("d/.wh.gone", "")
                        .file("d/.wh..wh..opq", "")
                        .file("long/" + "n".repeat(200), "x")
                        .build());
        seeds.put(
                "climbing",
                new TarBuilder()
                        .file("../out", "x")
                        .file("a/../../out", "x")
                        .file("/../../out", "x")
                        .build());
        seeds.put(
                "through-links",
                new TarBuilder()
                        .symbolicLink("up", "..")
                        .file("up/out", "x")
                        .symbolicLink("root", "/")
                        .file("root/tmp/out", "x")
                        .hardLink("hard", "../canary")
                        .hardLink("over", "up/canary")
                        .build());
        seeds.put(
                "replaced",
                new TarBuilder()
                        .directory("d", 0755)
                        .file("d/inner", "x")
                        .symbolicLink("d", "/tmp")
                        .file("d/out", "x")
                        .directory("d", 0700)
                        .file("d", "a file now")
                        .symbolicLink("dev", "/dev")
                        .symbolicLink("proc", "/proc")
                        .build());
        seeds.put(
                "whiteouts-of-the-root",
                new TarBuilder()
                        .file(".wh.", "")
                        .file(".wh..", "")
                        .file(".wh...", "")
                        .file(".wh..wh..opq", "")
                        .file("a/.wh...", "")
                        .build());
        seeds.put(
                "devices",
                new TarBuilder().typed("sda", TarConstants.LF_BLK, device(8, 0)).build());
        seeds.put("negative-size", withSize(new byte[] {(byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1}));
        seeds.put("huge-size", withSize(new byte[] {(byte) 0x80, 0, 0, 0, 0x7f, -1, -1, -1, -1, -1, -1, -1}));
        seeds.put("octal-lie", withSize("77777777777\0".getBytes(StandardCharsets.US_ASCII)));
        seeds.put(
                "sparse-0.1",
                pax(Map.of(
                        "GNU.sparse.size",
                        "1099511627776",
                        "GNU.sparse.map",
                        "1099511627000,7",
                        "GNU.sparse.name",
                        "bomb")));
        seeds.put(
                "sparse-1.0",
                pax(Map.of(
                        "GNU.sparse.major",
                        "1",
                        "GNU.sparse.minor",
                        "0",
                        "GNU.sparse.realsize",
                        "9223372036854775807")));
        seeds.put("sparse-backwards", pax(Map.of("GNU.sparse.size", "100", "GNU.sparse.map", "50,3,10,4")));
        for (String record : new String[] {"size=-1", "uid=99999999999", "mtime=1e999", "path=../../out"}) {
            String[] parts = record.split("=", 2);
            seeds.put("pax-" + parts[0], pax(Map.of(parts[0], parts[1])));
        }
        return seeds;
    }

    static Map<String, byte[]> blobs() {
        byte[] plain = new TarBuilder().file("a", "x".repeat(5000)).build();
        byte[] gzip = TarBuilder.gzip(plain);
        byte[] zstd = Zstd.compress(plain);
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("plain", plain);
        seeds.put("gzip", gzip);
        seeds.put("gzip-twice", joined(gzip, gzip));
        seeds.put("gzip-padded", joined(gzip, new byte[700]));
        seeds.put("gzip-and-garbage", joined(gzip, "garbage".getBytes(StandardCharsets.UTF_8)));
        seeds.put("gzip-cut", Arrays.copyOf(gzip, gzip.length - 9));
        byte[] flags = gzip.clone();
        flags[3] = 0x1e;
        seeds.put("gzip-header-without-end", flags);
        seeds.put("gzip-bomb", TarBuilder.gzip(new byte[6 << 20]));
        seeds.put("zstd", zstd);
        seeds.put("zstd-twice", joined(zstd, zstd));
        seeds.put("zstd-cut", Arrays.copyOf(zstd, zstd.length - 3));
        seeds.put("zstd-bomb", Zstd.compress(new byte[6 << 20]));
        seeds.put("zstd-skippable", joined(new byte[] {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4}, zstd));
        seeds.put("zstd-window", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 0xf8, 1, 0, 0});
        return seeds;
    }

    static Map<String, byte[]> documents() {
        TestImage image = new TestImage().layer(new TarBuilder().file("a", "x"));
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        seeds.put("manifest", image.manifest());
        seeds.put("configuration", image.configuration());
        seeds.put(
                "index",
                bytes("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":["
                        + "{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"digest\":\"" + DIGEST
                        + "\",\"size\":7,\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}},"
                        + "{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"digest\":\"" + DIGEST
                        + "\",\"size\":7,\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}}],"
                        + "\"annotations\":{\"a\":\"b\"}}"));
        seeds.put("deep", bytes("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)));
        seeds.put("deep-array", bytes("{\"layers\":" + "[".repeat(100_000)));
        seeds.put(
                "many-layers", bytes(manifest(("," + layer("1")).repeat(100_000).substring(1))));
        for (String size : new String[] {"-1", "9223372036854775808", "1e3", "\"1\"", "1.5", "null", "1e999999999"}) {
            seeds.put("size-" + size.replace("\"", "q"), bytes(manifest(layer(size))));
        }
        seeds.put(
                "foreign-urls",
                bytes(manifest("{\"mediaType\":\"application/vnd.oci.image.layer.nondistributable"
                        + ".v1.tar+gzip\",\"digest\":\"" + DIGEST
                        + "\",\"size\":1,\"urls\":[\"http://169.254.169.254/\"]}")));
        seeds.put(
                "unknown-type",
                bytes(manifest("{\"mediaType\":\"text/plain\",\"digest\":\"" + DIGEST + "\",\"size\":1}")));
        seeds.put("both", bytes("{\"manifests\":[],\"config\":{},\"layers\":[]}"));
        seeds.put("twice", bytes("{\"mediaType\":\"a\",\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\"}"));
        seeds.put("bad-digest", bytes("{\"config\":{\"digest\":\"sha256:../../etc/passwd\",\"size\":1}}"));
        return seeds;
    }

    static Map<String, byte[]> headers() {
        return texts(
                "Bearer realm=\"https://auth.example/token\",service=\"r\",scope=\"repository:a/b:pull\"",
                "Basic realm=\"x\", Bearer realm=\"y\",error=\"invalid_token\"",
                "Negotiate, Basic",
                "Bearer realm=\"" + "\\".repeat(4000),
                "=,=,=\"\"=\"",
                "Fri, 31 Dec 9999 23:59:59 GMT",
                "99999999999999999999",
                "https://index.docker.io/v1/");
    }

    static Map<String, byte[]> references() {
        return texts(
                "busybox",
                "localhost:5000/a/b:tag@" + DIGEST,
                "[::1]:5000/x",
                "a".repeat(3000),
                "A/b:c",
                "docker.io/../../etc/passwd",
                "x:" + "t".repeat(129),
                "a@sha256:zz",
                "a--".repeat(80) + "/b",
                "x\0y",
                "http://evil.example/x");
    }

    private static Map<String, byte[]> texts(String... texts) {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        for (String text : texts) {
            seeds.put("text-" + seeds.size(), bytes(text));
        }
        return seeds;
    }

    private static String manifest(String layers) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"config\":"
                + TestImage.descriptor(MediaTypes.OCI_CONFIG, DIGEST, 2) + ",\"layers\":[" + layers + "]}";
    }

    private static String layer(String size) {
        return "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"" + DIGEST + "\",\"size\":"
                + size + "}";
    }

    private static Consumer<TarArchiveEntry> device(int major, int minor) {
        return entry -> {
            entry.setDevMajor(major);
            entry.setDevMinor(minor);
        };
    }

    /** A file after an extended header with these records. */
    private static byte[] pax(Map<String, String> records) {
        StringBuilder text = new StringBuilder();
        records.forEach((key, value) -> {
            int rest = key.length() + value.length() + 3;
            int length = rest + String.valueOf(rest + 2).length();
            text.append(length)
                    .append(' ')
                    .append(key)
                    .append('=')
                    .append(value)
                    .append('\n');
        });
        byte[] header = new TarBuilder().file("pax", text.toString()).build();
        byte[] typed = patched(header, TYPE_FIELD, new byte[] {'x'});
        int blocks = BLOCK + (text.length() + BLOCK - 1) / BLOCK * BLOCK;
        return joined(
                Arrays.copyOf(typed, blocks),
                new TarBuilder().file("f", "content").build());
    }

    /** A file whose header says another size. */
    private static byte[] withSize(byte[] field) {
        return patched(new TarBuilder().file("f", "content").build(), SIZE_FIELD, field);
    }

    /** Another field in the first header, with its checksum right. */
    private static byte[] patched(byte[] tar, int offset, byte[] field) {
        System.arraycopy(field, 0, tar, offset, field.length);
        Arrays.fill(tar, CHECKSUM_FIELD, CHECKSUM_FIELD + 8, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += tar[i] & 0xff;
        }
        byte[] text = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, tar, CHECKSUM_FIELD, text.length);
        return tar;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

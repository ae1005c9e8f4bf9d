package io.berth.imagefs.testing;

import io.berth.imagefs.content.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes tar streams, well-behaved and hostile ones. */
public final class TarBuilder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    public TarBuilder() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    public TarBuilder file(String path, String content) {
        return file(path, content, entry -> {});
    }

    public TarBuilder file(String path, String content, Consumer<TarArchiveEntry> more) {
        return file(path, content.getBytes(StandardCharsets.UTF_8), more);
    }

    public TarBuilder file(String path, byte[] content, Consumer<TarArchiveEntry> more) {
        TarArchiveEntry entry = new TarArchiveEntry(path, true);
        entry.setSize(content.length);
        entry.setMode(0644);
        return add(entry, content, more);
    }

    public TarBuilder directory(String path, int mode) {
        return directory(path, entry -> entry.setMode(mode));
    }

    public TarBuilder directory(String path, Consumer<TarArchiveEntry> more) {
        return add(new TarArchiveEntry(path.endsWith("/") ? path : path + "/", true), new byte[0], more);
    }

    public TarBuilder symbolicLink(String path, String target) {
        return typed(path, TarConstants.LF_SYMLINK, entry -> entry.setLinkName(target));
    }

    public TarBuilder hardLink(String path, String target) {
        return typed(path, TarConstants.LF_LINK, entry -> entry.setLinkName(target));
    }

    public TarBuilder typed(String path, byte type, Consumer<TarArchiveEntry> more) {
        return add(new TarArchiveEntry(path, type, true), new byte[0], more);
    }

    /** Extended records for the entry that follows. */
    public TarBuilder records(Map<String, String> records) {
        StringBuilder text = new StringBuilder();
        records.forEach((key, value) -> {
            int bare = key.length() + value.length() + 3;
            int length = bare + Integer.toString(bare).length();
            length = bare + Integer.toString(length).length();
            text.append(length)
                    .append(' ')
                    .append(key)
                    .append('=')
                    .append(value)
                    .append('\n');
        });
        byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry header = new TarArchiveEntry("records", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
        header.setSize(content.length);
        return add(header, content, entry -> {});
    }

    private TarBuilder add(TarArchiveEntry entry, byte[] content, Consumer<TarArchiveEntry> more) {
        try {
            entry.setModTime(1_500_000_000_000L);
            entry.setIds(0, 0);
            more.accept(entry);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] build() {
        try {
            tar.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    /** PAX extended attributes as the tar holds them. */
    public static Consumer<TarArchiveEntry> attributes(Map<String, String> attributes) {
        return entry -> attributes.forEach((name, value) -> entry.addPaxHeader("SCHILY.xattr." + name, value));
    }

    public static Digest digest(byte[] content) {
        return Digest.of(content);
    }
}

package io.berth.imagefs.tar;

import io.berth.imagefs.content.ByteSource;
import io.berth.imagefs.tar.TarEntry.Piece;
import io.berth.kernel.FileNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar stream entry by entry, in one pass and with bounded memory. For one thread.
 *
 * <p>Knows V7, ustar, PAX (with extended attributes), GNU long names and all of GNU's sparse formats. A stream may end
 * without its two blocks of zeros, as some tools leave them out; what follows them is read over.
 */
public final class TarReader {
    private static final int SMALL_BUFFER = 64 << 10;
    private static final int LONGEST_EXTENSION = 1 << 20;
    private static final long LARGEST_ID = 0xFFFF_FFFEL;
    private static final int LARGEST_MAJOR = 0xFFF;
    private static final int LARGEST_MINOR = 0xFFFFF;

    private final TarInput input;
    private final TarLimits limits;
    /** Content of the current entry that is still in the stream. */
    private long left;
    /** Zeros up to the next block. */
    private int padding;

    private @Nullable TarEntry current;

    /** Starts reading. */
    public TarReader(InputStream in, TarLimits limits) {
        this(ByteSource.of(in), ByteBuffer.allocateDirect(SMALL_BUFFER)::clear, limits);
    }

    /**
     * Starts reading.
     *
     * @param buffers gives empty ones to read into, of a block at least, or the same one again and again; contents are
     *     passed on as they lie in it
     */
    public TarReader(ByteSource in, Supplier<ByteBuffer> buffers, TarLimits limits) {
        this.input = new TarInput(in, buffers);
        this.limits = limits;
    }

    /**
     * Gets an entry's content, piece by piece, {@code position} counting from the file's beginning. It may consume it.
     */
    @FunctionalInterface
    public interface ContentConsumer {
        void accept(long position, ByteBuffer bytes) throws IOException;
    }

    /** The next entry; what was not read of the one before is skipped. Null at the end. */
    public @Nullable TarEntry next() throws IOException {
        input.skip(left + padding);
        left = 0;
        padding = 0;
        Extensions extensions = new Extensions();
        while (true) {
            if (!input.nextBlock()) {
                return end(extensions);
            }
            if (TarHeader.isZero(input.block())) {
                input.drain();
                return end(extensions);
            }
            TarHeader header = TarHeader.checked(input.block());
            switch (header.typeFlag()) {
                case 'x' -> extensions.records = PaxRecords.parse(extension(header));
                case 'g' -> PaxRecords.parse(extension(header));
                case 'L' -> extensions.longName = name(extension(header));
                case 'K' -> extensions.longLink = name(extension(header));
                default -> {
                    current = entry(header, extensions);
                    return current;
                }
            }
        }
    }

    /** Where in the stream the content of the current entry begins, as long as nothing of it has been read. */
    public long position() {
        return input.position();
    }

    /** Passes the content of the current entry on. */
    public void read(ContentConsumer consumer) throws IOException {
        TarEntry entry = current;
        if (entry == null) {
            return;
        }
        List<Piece> pieces = entry.pieces();
        if (pieces == null) {
            readPiece(new Piece(0, left), consumer);
            return;
        }
        for (Piece piece : pieces) {
            readPiece(piece, consumer);
        }
    }

    private void readPiece(Piece piece, ContentConsumer consumer) throws IOException {
        long position = piece.offset();
        long end = piece.offset() + piece.length();
        while (position < end) {
            ByteBuffer taken = input.take(end - position);
            int n = taken.remaining();
            left -= n;
            consumer.accept(position, taken);
            position += n;
        }
    }

    private static final class Extensions {
        private @Nullable PaxRecords records;
        private @Nullable String longName;
        private @Nullable String longLink;
    }

    private @Nullable TarEntry end(Extensions extensions) throws TarException {
        if (extensions.records != null || extensions.longName != null || extensions.longLink != null) {
            throw new TarException("the tar stream ends after an extended header");
        }
        current = null;
        return null;
    }

    private TarEntry entry(TarHeader header, Extensions extensions) throws IOException {
        PaxRecords pax = extensions.records == null ? PaxRecords.parse(new byte[0]) : extensions.records;
        String name = extensions.longName == null ? header.name() : extensions.longName;
        String link = extensions.longLink == null ? header.linkName() : extensions.longLink;
        name = orElse(pax.text("path"), name);
        link = orElse(pax.text("linkpath"), link);
        TarEntry.Type type = type(header.typeFlag(), name);
        long stored = pax.number("size", header.size());
        require(stored >= 0, name, "has a negative size");
        PaxTime time = modified(pax, header);
        int uid = id(pax.number("uid", header.uid()), name);
        int gid = id(pax.number("gid", header.gid()), name);
        boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
        long major = device ? header.deviceMajor() : 0;
        long minor = device ? header.deviceMinor() : 0;
        require(major >= 0 && major <= LARGEST_MAJOR && minor >= 0 && minor <= LARGEST_MINOR, name, "is no device");
        int permissions = (int) header.mode() & 0xFFF;
        Map<String, byte[]> attributes = pax.attributes();

        // Only files have content, whatever size is written for a link or a directory (some tools write one).
        boolean hasContent = type == TarEntry.Type.FILE;
        requireFits(stored, name);
        requireFits(name, link, attributes);
        left = hasContent ? stored : 0;
        padding = padding(left);
        Sparse sparse = hasContent ? sparse(header, pax, stored) : null;
        long size = sparse == null ? (hasContent ? stored : 0) : sparse.fileSize;
        requireFits(size, name);
        String sparseName = sparse == null ? null : pax.text("GNU.sparse.name");
        if (sparseName != null) {
            requireFits(sparseName, link, Map.of());
        }
        return new TarEntry(
                type,
                orElse(sparseName, name),
                link,
                permissions,
                uid,
                gid,
                size,
                time.seconds(),
                time.nanoseconds(),
                (int) major,
                (int) minor,
                attributes,
                sparse == null ? null : sparse.pieces);
    }

    private record Sparse(long fileSize, List<Piece> pieces) {}

    private @Nullable Sparse sparse(TarHeader header, PaxRecords pax, long stored) throws IOException {
        SparseMap map = new SparseMap();
        if (header.typeFlag() == 'S') {
            long size = header.sparseFileSize();
            boolean more = header.readSparse(map);
            while (more) {
                if (!input.nextBlock()) {
                    throw new TarException("the tar stream ends in the map of a sparse file");
                }
                more = TarHeader.readSparseBlock(input.block(), map);
            }
            return new Sparse(size, map.checked(size, stored));
        }
        if (pax.number("GNU.sparse.major", 0) == 1) {
            long size = pax.number("GNU.sparse.realsize", -1);
            readMapBeforeContent(map);
            return new Sparse(size, map.checked(size, left));
        }
        String listed = pax.text("GNU.sparse.map");
        if (listed == null && pax.repeatedSparse().isEmpty()) {
            return null;
        }
        map.addAll(listed == null ? pax.repeatedSparse() : List.of(listed.split(",", -1)));
        long size = pax.number("GNU.sparse.size", pax.number("GNU.sparse.realsize", -1));
        return new Sparse(size, map.checked(size, stored));
    }

    /** GNU sparse format 1.0: decimal numbers, a line each, before the content, filled up to a block. */
    private void readMapBeforeContent(SparseMap map) throws IOException {
        List<String> numbers = new ArrayList<>();
        StringBuilder number = new StringBuilder();
        long wanted = 1;
        while (numbers.size() < wanted) {
            if (left < TarInput.BLOCK) {
                throw new TarException("the map of a sparse file is cut off");
            }
            if (!input.nextBlock()) {
                throw new TarException("the tar stream ends in the map of a sparse file");
            }
            left -= TarInput.BLOCK;
            for (int i = 0; i < TarInput.BLOCK && numbers.size() < wanted; i++) {
                char c = (char) input.block()[i];
                if (c != '\n') {
                    number.append(c);
                    require(number.length() <= 20, "", "has a number without end in its sparse map");
                    continue;
                }
                numbers.add(number.toString());
                number.setLength(0);
                if (numbers.size() == 1) {
                    long pieces = PaxRecords.decimal(numbers.getFirst(), "sparse");
                    require(pieces >= 0 && pieces <= 1 << 20, "", "has too many pieces in its sparse map");
                    wanted = 1 + 2 * pieces;
                }
            }
        }
        map.addAll(numbers.subList(1, numbers.size()));
        padding = padding(left);
    }

    private byte[] extension(TarHeader header) throws IOException {
        long size = header.size();
        if (size < 0 || size > LONGEST_EXTENSION) {
            throw TarException.limit("an extended header is longer than " + LONGEST_EXTENSION + " bytes");
        }
        byte[] content = input.bytes((int) size);
        input.skip(padding(size));
        return content;
    }

    private static String name(byte[] content) {
        int length = 0;
        while (length < content.length && content[length] != 0) {
            length++;
        }
        return FileNames.decode(content, 0, length);
    }

    private void requireFits(long size, String name) throws TarException {
        if (size > limits.file()) {
            throw TarException.limit("\"" + shown(name) + "\" is larger than " + limits.file() + " bytes");
        }
    }

    private void requireFits(String name, String link, Map<String, byte[]> attributes) throws TarException {
        if (name.length() > limits.path() || link.length() > limits.path()) {
            throw TarException.limit(
                    "\"" + shown(name) + "\" has a path or link target of more than " + limits.path() + " bytes");
        }
        for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
            if (attribute.getValue().length > limits.attribute()) {
                throw TarException.limit("\"" + shown(name) + "\" has an extended attribute "
                        + shown(attribute.getKey()) + " of " + attribute.getValue().length + " bytes; at most "
                        + limits.attribute() + " are taken");
            }
        }
    }

    private static TarEntry.Type type(char flag, String name) throws TarException {
        return switch (flag) {
            case 0 -> name.endsWith("/") ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
            case '0', '7', 'S' -> TarEntry.Type.FILE;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMBOLIC_LINK;
            case '3' -> TarEntry.Type.CHARACTER_DEVICE;
            case '4' -> TarEntry.Type.BLOCK_DEVICE;
            case '5' -> TarEntry.Type.DIRECTORY;
            case '6' -> TarEntry.Type.FIFO;
            default -> throw new TarException("\"" + shown(name) + "\" is of the unknown tar type " + (int) flag);
        };
    }

    private static PaxTime modified(PaxRecords pax, TarHeader header) throws TarException {
        String time = pax.text("mtime");
        return time == null ? new PaxTime(header.modificationSeconds(), 0) : PaxTime.parse(time);
    }

    private static int id(long id, String name) throws TarException {
        require(id >= 0 && id <= LARGEST_ID, name, "has an owner out of range");
        return (int) id;
    }

    private static int padding(long size) {
        return (int) (-size & (TarInput.BLOCK - 1));
    }

    private static String orElse(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }

    private static void require(boolean condition, String name, String problem) throws TarException {
        if (!condition) {
            throw new TarException("\"" + shown(name) + "\" in the tar stream " + problem);
        }
    }

    private static String shown(String name) {
        return io.berth.imagefs.content.Texts.shortened(name);
    }
}

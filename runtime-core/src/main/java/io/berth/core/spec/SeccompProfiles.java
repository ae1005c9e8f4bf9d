package io.berth.core.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.berth.core.error.BerthException;
import io.berth.core.json.RecordJson;
import io.berth.core.security.Capability;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.SecurityProfile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which seccomp profile a container gets. Profiles of the node's files are kept as long as the file is unchanged, at
 * most {@value #MAXIMUM_KEPT} of them. Safe for any number of threads.
 */
public final class SeccompProfiles {
    private static final int MAXIMUM_KEPT = 64;
    private static final int MAXIMUM_BYTES = 1024 * 1024;
    private static final RecordJson<OciSeccomp> FORMAT = RecordJson.sparse(OciSeccomp.class);

    private final DefaultSeccomp defaults;

    @SuppressWarnings("serial") // never serialized
    private final Map<Path, Kept> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Kept> eldest) {
            return size() > MAXIMUM_KEPT;
        }
    };

    private record Kept(FileTime modified, long size, OciSeccomp profile) {}

    /** Profiles for a machine of that architecture, as seccomp names it. */
    public SeccompProfiles(String architecture) {
        this.defaults = new DefaultSeccomp(architecture);
    }

    /** The profile; null for none. A privileged container has none, and so has one that asks for nothing. */
    @Nullable
    OciSeccomp resolve(ContainerSecurityContext security, Set<Capability> capabilities) {
        SecurityProfile asked = security.seccomp();
        if (asked == null || security.privileged()) {
            return null;
        }
        return switch (asked.type()) {
            case UNCONFINED -> null;
            case RUNTIME_DEFAULT -> defaults.profile(capabilities);
            case LOCALHOST -> localhost(asked.localhostReference());
        };
    }

    OciSeccomp defaults(Set<Capability> capabilities) {
        return defaults.profile(capabilities);
    }

    private OciSeccomp localhost(String reference) {
        String name = reference.startsWith("localhost/") ? reference.substring("localhost/".length()) : reference;
        if (!name.startsWith("/") || name.indexOf('\0') >= 0) {
            throw BerthException.invalidArgument(
                    "seccomp.localhost_ref \"" + reference + "\" is not the absolute path of a profile file");
        }
        Path file = Path.of(name);
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw BerthException.invalidArgument("the seccomp profile " + file + " is not a regular file");
            }
            synchronized (kept) {
                Kept known = kept.get(file);
                if (known != null
                        && known.modified().equals(attributes.lastModifiedTime())
                        && known.size() == attributes.size()) {
                    return known.profile();
                }
            }
            OciSeccomp profile = FORMAT.read(bytes(file));
            check(file, profile);
            synchronized (kept) {
                kept.put(file, new Kept(attributes.lastModifiedTime(), attributes.size(), profile));
            }
            return profile;
        } catch (NoSuchFileException absent) {
            throw BerthException.invalidArgument("the seccomp profile " + file + " is not on this node");
        } catch (JsonProcessingException malformed) {
            throw BerthException.invalidArgument(
                    "the seccomp profile " + file + " is not a profile: " + malformed.getOriginalMessage());
        } catch (IOException failure) {
            throw BerthException.invalidArgument(
                    "the seccomp profile " + file + " cannot be read: " + failure.getMessage());
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(MAXIMUM_BYTES + 1);
            if (bytes.length > MAXIMUM_BYTES) {
                throw BerthException.invalidArgument(
                        "the seccomp profile " + file + " is larger than " + MAXIMUM_BYTES + " bytes");
            }
            return bytes;
        }
    }

    @SuppressWarnings("ConstantValue") // what JSON leaves out is null
    private static void check(Path file, OciSeccomp profile) {
        if ((Object) profile.defaultAction() == null) {
            throw BerthException.invalidArgument("the seccomp profile " + file + " has no defaultAction");
        }
    }
}

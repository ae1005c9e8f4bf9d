package io.berth.imagefs.registry;

import io.berth.imagefs.Credentials;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.PullLimits;
import io.berth.imagefs.RegistriesConfig;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.ImageSource;
import io.berth.imagefs.reference.ImageReference;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One repository of one registry and its mirrors, for one pull. Any thread. */
public final class RegistrySource implements ImageSource {
    /** Smaller blobs are here before anybody knows how fast they come. */
    private static final long WORTH_RANGES = 4L * RangeSlots.SIZE;

    private final ImageReference reference;
    private final Transport transport;
    private final List<EndpointSession> sessions;
    private final ManifestEndpoint manifests;
    private final PullLimits limits;
    private final RangeSlots ranges;
    private final BlobEndpoint blobs = new BlobEndpoint();

    /**
     * Prepares; nothing is asked of the registry yet.
     *
     * @param clients connections and tokens that other pulls left behind, and will find again
     */
    public RegistrySource(
            ImageReference reference,
            Credentials credentials,
            RegistriesConfig registries,
            PullLimits limits,
            String userAgent,
            RegistryClients clients) {
        Endpoints endpoints = new Endpoints(registries);
        this.reference = reference;
        List<Endpoint> known = endpoints.of(reference.host(), credentials);
        this.transport = new Transport(endpoints, known, limits, userAgent, clients.connections());
        this.limits = limits;
        this.ranges = clients.ranges();
        this.manifests = new ManifestEndpoint(limits.manifestBytes());
        this.sessions = known.stream()
                .map(endpoint -> new EndpointSession(
                        endpoint, reference.repository(), transport, registries.credentials(), clients.tokens()))
                .toList();
    }

    @Override
    public FetchedManifest manifest(String tagOrDigest) {
        String what = "manifest " + tagOrDigest + " of " + reference.name();
        boolean byDigest = tagOrDigest.indexOf(':') >= 0;
        return firstOf(session -> {
            if (!byDigest && !session.resolves()) {
                throw new ImageException(
                        ImageException.Kind.NOT_FOUND, what + ": " + session.authority() + " is not asked for tags");
            }
            return manifests.fetch(session, tagOrDigest, what);
        });
    }

    @Override
    public InputStream blob(ContentDescriptor descriptor) {
        String what = "blob " + descriptor.digest() + " of " + reference.name();
        BlobPart.Opener opener = range -> resuming(descriptor, range, what);
        return descriptor.size() < WORTH_RANGES || limits.parallelRanges() < 2
                ? opener.open(ByteRange.ALL)
                : new RangedBlob(
                        what,
                        descriptor.size(),
                        limits.parallelRanges(),
                        ranges,
                        opener,
                        BlobPart.patience(limits.progressTimeout()));
    }

    private ResumingBlob resuming(ContentDescriptor descriptor, ByteRange range, String what) {
        return new ResumingBlob(
                what,
                Math.min(range.end(), descriptor.size()) - range.from(),
                limits.attempts(),
                offset -> firstOf(session ->
                        blobs.open(session, descriptor, new ByteRange(range.from() + offset, range.end()), what)),
                transport::pauseBefore);
    }

    /** Tries the mirrors and then the registry itself. The registry's failure counts; the mirrors' are told with it. */
    private <T> T firstOf(Function<EndpointSession, T> request) {
        StringBuilder mirrorFailures = new StringBuilder();
        for (EndpointSession mirror : sessions.subList(0, sessions.size() - 1)) {
            try {
                return request.apply(mirror);
            } catch (ImageException e) {
                if (e.kind() == ImageException.Kind.CANCELLED) {
                    throw e;
                }
                mirrorFailures.append("; before that ").append(e.getMessage());
            }
        }
        try {
            return request.apply(sessions.getLast());
        } catch (ImageException e) {
            throw mirrorFailures.isEmpty() ? e : new ImageException(e.kind(), e.getMessage() + mirrorFailures, e);
        }
    }

    @Override
    public void close() {
        transport.close();
    }

    @Override
    public String toString() {
        return reference + " at "
                + sessions.stream().map(EndpointSession::authority).collect(Collectors.joining(", "));
    }
}

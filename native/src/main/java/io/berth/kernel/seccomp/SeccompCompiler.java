package io.berth.kernel.seccomp;

import io.berth.kernel.SystemCalls;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Compiles profiles by libseccomp, and keeps the programs of those last used: most containers of a node have the same
 * profile. Safe for concurrent use. libseccomp is loaded with the first profile.
 */
public final class SeccompCompiler {
    private static final int CACHED = 64;

    private final SystemCalls systemCalls;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<SeccompProfile, SeccompFilter> cache = new LinkedHashMap<>(16, 0.75f, true);

    /** A compiler that exports programs through memory files of {@code systemCalls}. */
    public SeccompCompiler(SystemCalls systemCalls) {
        this.systemCalls = systemCalls;
    }

    /**
     * Compiles a profile; the same profile gives the same instance as long as it is remembered.
     *
     * @throws SeccompException for a profile that is wrong, or without libseccomp
     */
    public SeccompFilter compile(SeccompProfile profile) {
        // Two callers with the same new profile: the second one waits rather than compile it again.
        lock.lock();
        try {
            SeccompFilter known = cache.get(profile);
            if (known != null) {
                return known;
            }
            SeccompFilter filter = ProfileCompilation.compile(profile, systemCalls);
            cache.put(profile, filter);
            if (cache.size() > CACHED) {
                cache.remove(cache.keySet().iterator().next());
            }
            return filter;
        } finally {
            lock.unlock();
        }
    }
}

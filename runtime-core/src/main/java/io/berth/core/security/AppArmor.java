package io.berth.core.security;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which AppArmor profile a container gets. Berth's own is loaded into the kernel once, at the first container or before
 * ({@link #load}); loading an equal one again changes nothing for those that run under it. Safe for any number of
 * threads.
 */
public final class AppArmor {
    /** The profile of containers that ask for none. */
    public static final String DEFAULT_PROFILE = "berth-default";

    private static final Logger LOGGER = LoggerFactory.getLogger(AppArmor.class);
    private static final String PREFIX = "localhost/";
    private static final long LOAD_SECONDS = 60;

    private final boolean enabled;
    private final Path loadedProfiles;
    private final FutureTask<Boolean> loading;

    /**
     * On that host.
     *
     * @param loadedProfiles the kernel's list, a line "NAME (MODE)" each
     */
    AppArmor(boolean enabled, Path loadedProfiles, ProfileLoader loader) {
        this.enabled = enabled;
        this.loadedProfiles = loadedProfiles;
        this.loading = new FutureTask<>(() -> load(loader));
    }

    /** On this host. */
    public static AppArmor on(HostFacts host) {
        return new AppArmor(
                host.apparmor(), Path.of("/sys/kernel/security/apparmor/profiles"), new ProfileLoader(DEFAULT_PROFILE));
    }

    /** Loads the default profile, where there is AppArmor. Blocks; called again it returns at once. */
    public void load() {
        if (enabled) {
            loading.run();
        }
    }

    /** The name of the profile to start under; empty: none. */
    public String profile(ContainerSecurityContext security) {
        SecurityProfile asked = security.apparmor() == null ? SecurityProfile.runtimeDefault() : security.apparmor();
        return switch (asked.type()) {
            case UNCONFINED -> "";
            // What is privileged is confined only by a profile that was asked for by name.
            case RUNTIME_DEFAULT -> enabled && !security.privileged() && isDefaultLoaded() ? DEFAULT_PROFILE : "";
            case LOCALHOST -> named(asked.localhostReference());
        };
    }

    private String named(String reference) {
        String name = reference.startsWith(PREFIX) ? reference.substring(PREFIX.length()) : reference;
        if (name.isEmpty() || name.chars().anyMatch(character -> character <= ' ')) {
            throw BerthException.invalidArgument(
                    "apparmor.localhost_ref \"" + reference + "\" is not the name of a profile");
        }
        if (!enabled) {
            throw BerthException.failedPrecondition(
                    "the AppArmor profile \"" + name + "\" cannot be enforced: this node's kernel has AppArmor off");
        }
        if (!isLoaded(name).orElse(true)) {
            throw BerthException.failedPrecondition(
                    "the AppArmor profile \"" + name + "\" is not loaded on this node: load it with apparmor_parser");
        }
        return name;
    }

    /** Unknown where securityfs is not mounted: then the start of the container tells. */
    private Optional<Boolean> isLoaded(String name) {
        try (Stream<String> lines = Files.lines(loadedProfiles)) {
            return Optional.of(lines.anyMatch(line -> line.startsWith(name + " (")));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private boolean isDefaultLoaded() {
        load();
        try {
            return loading.get(LOAD_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new BerthException(
                    ErrorKind.DEADLINE_EXCEEDED,
                    "the AppArmor profile " + DEFAULT_PROFILE + " is still being loaded after " + LOAD_SECONDS + " s");
        } catch (ExecutionException failure) {
            throw new IllegalStateException("loading never fails by an exception", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BerthException(ErrorKind.CANCELLED, "interrupted while an AppArmor profile was loaded");
        }
    }

    private boolean load(ProfileLoader loader) {
        try {
            loader.load();
            LOGGER.info("The AppArmor profile {} is loaded", DEFAULT_PROFILE);
            return true;
        } catch (IOException failure) {
            // One that an earlier daemon loaded is as good.
            boolean there = isLoaded(DEFAULT_PROFILE).orElse(false);
            LOGGER.warn(
                    "The AppArmor profile {} cannot be loaded ({}): containers run {}",
                    DEFAULT_PROFILE,
                    failure.getMessage(),
                    there ? "under the one that is loaded already" : "without one unless they name their own");
            return there;
        }
    }
}

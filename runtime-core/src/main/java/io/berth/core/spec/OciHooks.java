package io.berth.core.spec;

import io.berth.core.Immutable;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Programs that are run at moments of a container's life (config.md, "POSIX-platform Hooks"). */
public record OciHooks(
        List<Hook> prestart,
        List<Hook> createRuntime,
        List<Hook> createContainer,
        List<Hook> startContainer,
        List<Hook> poststart,
        List<Hook> poststop) {
    public OciHooks {
        prestart = Immutable.list(prestart);
        createRuntime = Immutable.list(createRuntime);
        createContainer = Immutable.list(createContainer);
        startContainer = Immutable.list(startContainer);
        poststart = Immutable.list(poststart);
        poststop = Immutable.list(poststop);
    }

    /** All those that a start waits for. */
    public Stream<Hook> ofStart() {
        return Stream.of(prestart, createRuntime, createContainer, startContainer, poststart)
                .flatMap(List::stream);
    }

    /** All of them. */
    public Stream<Hook> all() {
        return Stream.concat(ofStart(), poststop.stream());
    }

    /**
     * A program.
     *
     * @param path absolute; for startContainer inside the container, for the others on the host
     * @param args with the program's own name; empty: the path
     * @param timeout in seconds; null: Berth's own limit
     */
    public record Hook(
            String path,
            List<String> args,
            List<String> env,
            @Nullable Integer timeout) {
        public Hook {
            args = Immutable.list(args);
            env = Immutable.list(env);
        }
    }
}

package io.berth.core.state;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Names that only one thing may have at a time. Safe for any number of threads. */
public final class Names {
    private final String what;
    private final ConcurrentMap<String, String> holders = new ConcurrentHashMap<>();

    /** Names of that sort of thing, a word for messages. */
    public Names(String what) {
        this.what = what;
    }

    /** Takes the name for that id; ALREADY_EXISTS, naming its holder, when another has it. */
    public void reserve(String name, String id) {
        String holder = holders.putIfAbsent(name, id);
        if (holder != null && !holder.equals(id)) {
            throw new BerthException(
                    ErrorKind.ALREADY_EXISTS,
                    "the " + what + " name \"" + name + "\" is taken by " + holder + ": remove that one first");
        }
    }

    /** Gives the name back if that id has it. */
    public void release(String name, String id) {
        holders.remove(name, id);
    }
}

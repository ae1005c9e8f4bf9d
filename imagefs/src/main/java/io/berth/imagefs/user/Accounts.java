package io.berth.imagefs.user;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.ResolvedUser;
import io.berth.imagefs.UserLookup;
import io.berth.imagefs.content.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The accounts of an image, as passwd(5) and group(5) describe them. Lines that make no sense are passed over. */
public final class Accounts implements UserLookup {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");

    private final List<User> users;
    private final List<Group> groups;

    private Accounts(List<User> users, List<Group> groups) {
        this.users = users;
        this.groups = groups;
    }

    private record User(String name, int uid, int gid, String home) {}

    private record Group(String name, int gid, List<String> members) {}

    static Accounts parse(String passwd, String group) {
        List<User> users = new ArrayList<>();
        passwd.lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length >= 6)
                .forEach(fields -> {
                    OptionalInt uid = id(fields[2]);
                    OptionalInt gid = id(fields[3]);
                    if (uid.isPresent() && gid.isPresent() && !fields[0].isEmpty()) {
                        users.add(new User(fields[0], uid.getAsInt(), gid.getAsInt(), fields[5]));
                    }
                });
        List<Group> groups = new ArrayList<>();
        group.lines()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length >= 4)
                .forEach(fields -> {
                    OptionalInt gid = id(fields[2]);
                    if (gid.isPresent() && !fields[0].isEmpty()) {
                        groups.add(new Group(fields[0], gid.getAsInt(), List.of(fields[3].split(",", -1))));
                    }
                });
        return new Accounts(List.copyOf(users), List.copyOf(groups));
    }

    @Override
    public ResolvedUser resolve(String user) {
        int colon = user.indexOf(':');
        String who = colon < 0 ? user : user.substring(0, colon);
        String group = colon < 0 ? "" : user.substring(colon + 1);
        if (group.indexOf(':') >= 0) {
            throw new ImageException(
                    ImageException.Kind.INVALID_ARGUMENT,
                    "user \"" + Texts.shortened(user) + "\" is not of the form user or user:group");
        }
        if (who.isEmpty()) {
            who = "0";
        }
        Optional<User> account = findUser(who);
        int uid =
                account.isPresent() ? account.get().uid() : number(who, "user").orElseThrow(unknown("user", who));
        int gid = group.isEmpty() ? account.map(User::gid).orElse(0) : findGroup(group);
        List<Integer> additional = new ArrayList<>();
        account.ifPresent(known -> groups.stream()
                .filter(candidate -> candidate.members().contains(known.name()))
                .map(Group::gid)
                .filter(candidate -> candidate != gid)
                .distinct()
                .forEach(additional::add));
        String home =
                account.map(User::home).filter(path -> path.startsWith("/")).orElse("/");
        return new ResolvedUser(uid, gid, additional, home);
    }

    private Optional<User> findUser(String who) {
        OptionalInt uid = number(who, "user");
        Predicate<User> meant = uid.isPresent()
                ? user -> user.uid() == uid.getAsInt()
                : user -> user.name().equals(who);
        return users.stream().filter(meant).findFirst();
    }

    private int findGroup(String text) {
        OptionalInt gid = number(text, "group");
        if (gid.isPresent()) {
            return gid.getAsInt();
        }
        return groups.stream()
                .filter(group -> group.name().equals(text))
                .findFirst()
                .map(Group::gid)
                .orElseThrow(unknown("group", text));
    }

    /** A number where the text is one; one that no kernel takes is refused. */
    private static OptionalInt number(String text, String what) {
        if (!NUMBER.matcher(text).matches()) {
            return OptionalInt.empty();
        }
        OptionalInt id = id(text);
        if (id.isEmpty()) {
            throw new ImageException(
                    ImageException.Kind.INVALID_ARGUMENT,
                    what + " \"" + Texts.shortened(text) + "\" is out of range (0 to 2147483647)");
        }
        return id;
    }

    private static OptionalInt id(String text) {
        try {
            int id = Integer.parseInt(text);
            return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
        } catch (NumberFormatException _) {
            return OptionalInt.empty();
        }
    }

    private static java.util.function.Supplier<ImageException> unknown(String what, String name) {
        return () -> new ImageException(
                ImageException.Kind.UNKNOWN_USER,
                "no " + what + " \"" + Texts.shortened(name) + "\" in the image (/etc/"
                        + (what.equals("user") ? "passwd" : "group") + ")");
    }
}

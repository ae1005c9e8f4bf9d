package io.berth.server.registry;

import io.berth.imagefs.RegistryHost;
import io.berth.imagefs.RegistryHost.ClientCertificate;
import io.berth.server.config.toml.TomlTable;
import io.berth.server.config.toml.TomlValue;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One {@code hosts.toml}. Keys that Berth has no use for are passed over, as containerd does. */
final class HostsFile {
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final Set<String> NOT_SETTABLE = Set.of("host", "connection", "content-length", "expect", "upgrade");
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]+)?");

    private final Path directory;

    private HostsFile(Path directory) {
        this.directory = directory;
    }

    /** The hosts in the order of the file, and the server last. */
    static List<RegistryHost> read(TomlTable document, Path directory, String registry) throws IOException {
        HostsFile file = new HostsFile(directory);
        List<RegistryHost> hosts = new ArrayList<>();
        TomlTable mirrors = file.table(document, "host");
        if (mirrors != null) {
            for (Map.Entry<String, TomlTable.Entry> entry : mirrors.entries().entrySet()) {
                if (!(entry.getValue().value() instanceof TomlValue.Nested(TomlTable settings))) {
                    throw new IOException("host." + entry.getKey() + " is no table");
                }
                RegistryHost host = file.host(url(entry.getKey()), settings);
                if (host != null) {
                    hosts.add(host);
                }
            }
        }
        String server = file.text(document, "server");
        RegistryHost last = file.host(server == null ? ownUrl(registry) : url(server), document);
        if (last != null) {
            hosts.add(last);
        }
        if (hosts.isEmpty()) {
            throw new IOException("no host in it has the capability \"pull\"");
        }
        return hosts;
    }

    /** Where a registry is of which nothing else is said. */
    static URI ownUrl(String registry) {
        return url(registry.equals("docker.io") ? "registry-1.docker.io" : registry);
    }

    private static URI url(String text) {
        String full = text.contains("://") ? text : (LOOPBACK.matcher(text).matches() ? "http://" : "https://") + text;
        URI uri = URI.create(full.replaceFirst("/+$", ""));
        if (uri.getHost() == null || !Set.of("http", "https").contains(uri.getScheme())) {
            throw new IllegalArgumentException("\"" + text + "\" is no web URL");
        }
        return uri;
    }

    /** Null for a host that may not be pulled from. */
    private @Nullable RegistryHost host(URI url, TomlTable settings) throws IOException {
        List<String> capabilities = texts(settings, "capabilities");
        boolean all = settings.entries().get("capabilities") == null;
        if (!all && !capabilities.contains("pull")) {
            return null;
        }
        boolean whole = flag(settings, "override_path");
        URI base = whole ? url : URI.create(url.toString().replaceFirst("/v2$", ""));
        return new RegistryHost(
                base,
                whole,
                all || capabilities.contains("resolve"),
                flag(settings, "skip_verify"),
                texts(settings, "ca").stream().map(directory::resolve).toList(),
                clients(settings),
                headers(settings));
    }

    /** One file with certificate and key, a list of such files, or of pairs of files. */
    private List<ClientCertificate> clients(TomlTable settings) throws IOException {
        List<ClientCertificate> clients = new ArrayList<>();
        for (TomlValue value : values(settings, "client")) {
            switch (value) {
                case TomlValue.Text(String both) ->
                    clients.add(new ClientCertificate(directory.resolve(both), directory.resolve(both)));
                case TomlValue.Array(List<TomlValue> pair)
                when pair.size() == 2
                        && pair.get(0) instanceof TomlValue.Text(String certificate)
                        && pair.get(1) instanceof TomlValue.Text(String key) ->
                    clients.add(new ClientCertificate(
                            directory.resolve(certificate), directory.resolve(key.isEmpty() ? certificate : key)));
                default -> throw new IOException("client must be a file, or a list of files or of pairs of files");
            }
        }
        return clients;
    }

    private Map<String, List<String>> headers(TomlTable settings) throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        TomlTable table = table(settings, "header");
        if (table != null) {
            for (String name : table.entries().keySet()) {
                if (!HEADER_NAME.matcher(name).matches()
                        || NOT_SETTABLE.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                    throw new IOException("header \"" + name + "\" cannot be set");
                }
                headers.put(name, texts(table, name));
            }
        }
        return headers;
    }

    private @Nullable TomlTable table(TomlTable settings, String key) throws IOException {
        return switch (value(settings, key)) {
            case null -> null;
            case TomlValue.Nested(TomlTable table) -> table;
            default -> throw new IOException(key + " must be a table");
        };
    }

    private boolean flag(TomlTable settings, String key) throws IOException {
        return switch (value(settings, key)) {
            case null -> false;
            case TomlValue.Flag(boolean flag) -> flag;
            default -> throw new IOException(key + " must be true or false");
        };
    }

    private @Nullable String text(TomlTable settings, String key) throws IOException {
        return switch (value(settings, key)) {
            case null -> null;
            case TomlValue.Text(String text) -> text;
            default -> throw new IOException(key + " must be a text");
        };
    }

    private List<String> texts(TomlTable settings, String key) throws IOException {
        List<String> texts = new ArrayList<>();
        for (TomlValue value : values(settings, key)) {
            if (!(value instanceof TomlValue.Text(String text))) {
                throw new IOException(key + " must be a text, or a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /** The elements of a list; a value alone stands for a list of it. */
    private List<TomlValue> values(TomlTable settings, String key) {
        return switch (value(settings, key)) {
            case null -> List.of();
            case TomlValue.Array(List<TomlValue> elements) -> elements;
            case TomlValue other -> List.of(other);
        };
    }

    private static @Nullable TomlValue value(TomlTable settings, String key) {
        TomlTable.Entry entry = settings.entries().get(key);
        return entry == null ? null : entry.value();
    }
}

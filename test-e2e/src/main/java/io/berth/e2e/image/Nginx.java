package io.berth.e2e.image;

import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The distribution's nginx with the libraries that it needs, on top of busybox. */
public final class Nginx {
    /** What {@code GET /} answers. */
    public static final String PAGE = "<!DOCTYPE html><html><body><h1>Welcome aboard</h1></body></html>\n";

    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");
    private static final String CONFIGURATION = """
            user www-data;
            worker_processes 1;
            pid /run/nginx.pid;
            error_log stderr;
            events { worker_connections 64; }
            http {
              access_log /dev/stdout;
              client_body_temp_path /var/lib/nginx/body;
              proxy_temp_path /var/lib/nginx/proxy;
              fastcgi_temp_path /var/lib/nginx/fastcgi;
              uwsgi_temp_path /var/lib/nginx/uwsgi;
              scgi_temp_path /var/lib/nginx/scgi;
              server { listen 80; location / { root /usr/share/nginx/html; index index.html; } }
            }
            """;

    private Nginx() {}

    /** An image of two layers in Docker's format, whose stop signal is SIGQUIT. */
    public static TestImage image() {
        return Busybox.image()
                .format(ManifestFormat.DOCKER)
                .layer(Layer.of(Nginx::write))
                .command("nginx", "-g", "daemon off;")
                .stopSignal("SIGQUIT")
                .build();
    }

    private static void write(TarWriter tar) {
        Path program = Places.tool("nginx");
        NavigableSet<String> libraries = new TreeSet<>();
        LIBRARY.matcher(Command.output("ldd", program.toString()))
                .results()
                .map((MatchResult match) -> match.group(1))
                .forEach(libraries::add);
        NavigableSet<String> directories = new TreeSet<>();
        libraries.forEach(library -> addParents(directories, Path.of(library.substring(1))));
        addParents(directories, Path.of("usr/sbin/nginx"));
        addParents(directories, Path.of("etc/nginx/nginx.conf"));
        addParents(directories, Path.of("usr/share/nginx/html/index.html"));
        addParents(directories, Path.of("var/lib/nginx"));
        directories.forEach(directory -> tar.directory(directory, 0755));
        tar.directory("var/lib/nginx", 0755, 33, 33);
        tar.directory("var/log/nginx", 0755, 33, 33);
        libraries.forEach(library -> tar.file(library.substring(1), Busybox.bytes(Path.of(library)), 0755));
        tar.file("usr/sbin/nginx", Busybox.bytes(program), 0755);
        tar.file("etc/nginx/nginx.conf", CONFIGURATION);
        tar.file("usr/share/nginx/html/index.html", PAGE);
    }

    private static void addParents(NavigableSet<String> directories, Path path) {
        for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
            directories.add(parent.toString());
        }
    }
}

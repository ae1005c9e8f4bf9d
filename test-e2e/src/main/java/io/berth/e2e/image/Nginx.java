package io.berth.e2e.image;

import io.berth.e2e.process.Places;
import java.util.Map;

/** The distribution's nginx with the libraries that it needs, on top of busybox. */
public final class Nginx {
    /** What {@code GET /} answers. */
    public static final String PAGE = "<!DOCTYPE html><html><body><h1>Welcome aboard</h1></body></html>\n";

    private Nginx() {}

    /** An image of two layers in Docker's format, whose stop signal is SIGQUIT, that listens on port 80. */
    public static TestImage image() {
        return image(80);
    }

    /** As {@link #image()}, listening on another port. */
    public static TestImage image(int port) {
        return Busybox.image()
                .format(ManifestFormat.DOCKER)
                .layer(Layer.of(tar -> write(tar, port)))
                .command("nginx", "-g", "daemon off;")
                .stopSignal("SIGQUIT")
                .build();
    }

    private static void write(TarWriter tar, int port) {
        DynamicProgram.writeParents(
                tar, "etc/nginx/nginx.conf", "usr/share/nginx/html/index.html", "var/lib/nginx", "var/log/nginx");
        tar.directory("var/lib/nginx", 0755, 33, 33);
        tar.directory("var/log/nginx", 0755, 33, 33);
        DynamicProgram.write(tar, Map.of("usr/sbin/nginx", Places.tool("nginx")), 0755);
        tar.file("etc/nginx/nginx.conf", configuration(port));
        tar.file("usr/share/nginx/html/index.html", PAGE);
    }

    private static String configuration(int port) {
        return """
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
              server { listen %d; location / { root /usr/share/nginx/html; index index.html; } }
            }
            """.formatted(port);
    }
}

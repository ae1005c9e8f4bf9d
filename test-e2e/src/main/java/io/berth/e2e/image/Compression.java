package io.berth.e2e.image;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** How a layer's archive is packed. */
public enum Compression {
    NONE("application/vnd.oci.image.layer.v1.tar", "application/vnd.docker.image.rootfs.diff.tar") {
        @Override
        OutputStream wrap(OutputStream out) {
            return out;
        }
    },
    GZIP("application/vnd.oci.image.layer.v1.tar+gzip", "application/vnd.docker.image.rootfs.diff.tar.gzip") {
        @Override
        OutputStream wrap(OutputStream out) throws IOException {
            return new GZIPOutputStream(out, 1 << 16);
        }
    },
    ZSTD("application/vnd.oci.image.layer.v1.tar+zstd", "application/vnd.docker.image.rootfs.diff.tar.zstd") {
        @Override
        OutputStream wrap(OutputStream out) throws IOException {
            return new ZstdOutputStream(out);
        }
    };

    private final String ociType;
    private final String dockerType;

    Compression(String ociType, String dockerType) {
        this.ociType = ociType;
        this.dockerType = dockerType;
    }

    abstract OutputStream wrap(OutputStream out) throws IOException;

    String mediaType(ManifestFormat format) {
        return switch (format) {
            case OCI -> ociType;
            case DOCKER -> dockerType;
        };
    }
}

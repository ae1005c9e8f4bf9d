package io.berth.e2e.image;

/** The two families of media types that manifests are written in. */
public enum ManifestFormat {
    OCI(
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.config.v1+json",
            "application/vnd.oci.image.index.v1+json"),
    DOCKER(
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.container.image.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json");

    private final String manifestType;
    private final String configType;
    private final String indexType;

    ManifestFormat(String manifestType, String configType, String indexType) {
        this.manifestType = manifestType;
        this.configType = configType;
        this.indexType = indexType;
    }

    public String manifestType() {
        return manifestType;
    }

    public String configType() {
        return configType;
    }

    public String indexType() {
        return indexType;
    }
}

package io.berth.imagefs.content;

/** What a registry gives for a reference. */
public sealed interface ManifestDocument permits ImageManifest, ImageIndex {}

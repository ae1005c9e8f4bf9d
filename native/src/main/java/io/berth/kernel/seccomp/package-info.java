/** Seccomp profiles of the OCI runtime specification, compiled to BPF programs by libseccomp. */
@NullMarked
package io.berth.kernel.seccomp;

import org.jspecify.annotations.NullMarked;

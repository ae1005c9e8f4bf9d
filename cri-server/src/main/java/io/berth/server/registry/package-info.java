/** What administrators say of registries, in files that containerd reads too. */
@NullMarked
package io.berth.server.registry;

import org.jspecify.annotations.NullMarked;

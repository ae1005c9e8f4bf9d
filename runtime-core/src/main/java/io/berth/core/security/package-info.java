/** Security contexts: namespaces, identities, profiles and capabilities as they are asked for. */
@NullMarked
package io.berth.core.security;

import org.jspecify.annotations.NullMarked;

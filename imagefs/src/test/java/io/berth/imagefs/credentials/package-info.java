@NullMarked
package io.berth.imagefs.credentials;

import org.jspecify.annotations.NullMarked;

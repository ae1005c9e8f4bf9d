/** NRI plugins against a real daemon: a client of the tests' own, and one on the reference implementation's stub. */
@NullMarked
package io.berth.e2e.nri;

import org.jspecify.annotations.NullMarked;

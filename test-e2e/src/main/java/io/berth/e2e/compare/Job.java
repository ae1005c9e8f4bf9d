package io.berth.e2e.compare;

/** What can be chosen by itself on the command line. */
sealed interface Job permits Part, Standing {}

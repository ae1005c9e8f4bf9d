package io.berth.e2e.conformance;

/**
 * One spec of the suite.
 *
 * @param name its containers' texts and its own, joined as critest's {@code --ginkgo.focus} matches them
 * @param serial whether nothing else may run beside it
 */
record Spec(String name, boolean serial) {}

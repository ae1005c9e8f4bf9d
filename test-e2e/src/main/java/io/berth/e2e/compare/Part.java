package io.berth.e2e.compare;

/** Something that is measured with pods of its own. */
non-sealed interface Part extends Job {
    /** Measures all contenders and leaves no pod; when it fails, its caller takes down what is left. */
    void measure(Session session);
}

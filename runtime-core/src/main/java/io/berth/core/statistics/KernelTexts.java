package io.berth.core.statistics;

import io.berth.kernel.SystemCalls;
import java.util.concurrent.ArrayBlockingQueue;

/** A few {@link KernelText}s that are used again, since their memory is freed only by a collection. Any thread. */
final class KernelTexts {
    private static final int KEPT = 4;

    private final SystemCalls calls;
    private final ArrayBlockingQueue<KernelText> idle = new ArrayBlockingQueue<>(KEPT);

    KernelTexts(SystemCalls calls) {
        this.calls = calls;
    }

    KernelText take() {
        KernelText text = idle.poll();
        return text == null ? new KernelText(calls) : text;
    }

    void give(KernelText text) {
        boolean _ = idle.offer(text);
    }
}

package io.berth.e2e.node;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Lets tests of the host tier run only where they can harm nobody, and says why where they can't. */
public final class Sandbox implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (System.getenv("BERTH_SANDBOX") != null) {
            return ConditionEvaluationResult.enabled("in a sandbox");
        }
        String reason = "skipped " + context.getDisplayName() + ": end-to-end tests need root (test-e2e/sandbox)";
        if (context.getTestMethod().isEmpty()) {
            System.out.println(reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}

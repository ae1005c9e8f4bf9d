package io.berth.kernel.recording;

import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A kernel for unit tests: writes down each call, answers with what the test prepared, or with nothing (0, false, an
 * empty string or list, a new descriptor that closes nothing), and fails the calls that the test wants to fail. Made
 * {@link #over} another kernel it passes calls on, so that a test can break the real one at a chosen place.
 *
 * <p>Safe for concurrent use.
 */
public final class RecordingSystemCalls {
    private static final int FIRST_FAKE_DESCRIPTOR = 1000;

    private final @Nullable SystemCalls behind;
    private final SystemCalls proxy;
    private final List<RecordedCall> calls = new ArrayList<>();
    private final Map<String, Object> answers = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, Map<Integer, Errno>> failures = new HashMap<>();
    private final List<Integer> closed = new ArrayList<>();
    private int nextDescriptor = FIRST_FAKE_DESCRIPTOR;

    private RecordingSystemCalls(@Nullable SystemCalls behind) {
        this.behind = behind;
        InvocationHandler handler = (self, method, arguments) -> answer(method, arguments);
        this.proxy = (SystemCalls)
                Proxy.newProxyInstance(SystemCalls.class.getClassLoader(), new Class<?>[] {SystemCalls.class}, handler);
    }

    /** A kernel that does nothing. */
    public static RecordingSystemCalls create() {
        return new RecordingSystemCalls(null);
    }

    /** Passes on what is not answered or failed by the test. */
    public static RecordingSystemCalls over(SystemCalls behind) {
        return new RecordingSystemCalls(behind);
    }

    /** Returns the kernel to give to the code under test. */
    public SystemCalls systemCalls() {
        return proxy;
    }

    /** Answers every call of {@code operation} (the method's name) with {@code result}. */
    public synchronized RecordingSystemCalls answer(String operation, Object result) {
        answers.put(known(operation), result);
        return this;
    }

    /** Fails the {@code occurrence}th call (from 1) of {@code operation}, counted from now on. */
    public synchronized RecordingSystemCalls fail(String operation, int occurrence, Errno errno) {
        int absolute = counts.getOrDefault(known(operation), 0) + occurrence;
        failures.computeIfAbsent(operation, ignored -> new HashMap<>()).put(absolute, errno);
        return this;
    }

    /** Returns all calls so far, in order. */
    public synchronized List<RecordedCall> calls() {
        return List.copyOf(calls);
    }

    /** Returns the calls of one operation so far, in order. */
    public synchronized List<RecordedCall> calls(String operation) {
        String name = known(operation);
        return calls.stream().filter(call -> call.operation().equals(name)).toList();
    }

    /** Returns how many descriptors that this kernel made up are still open. */
    public synchronized int openDescriptors() {
        return nextDescriptor - FIRST_FAKE_DESCRIPTOR - closed.size();
    }

    private @Nullable Object answer(Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return ofObject(method, arguments);
        }
        if (method.isDefault() && !method.getName().equals("adopt")) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        RecordedCall call = RecordedCall.of(method.getName(), arguments);
        Optional<Object> prepared = record(call);
        if (prepared.isPresent()) {
            return prepared.get();
        }
        if (behind != null) {
            try {
                return method.invoke(behind, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getCause() == null ? failure : failure.getCause();
            }
        }
        return nothing(method.getReturnType());
    }

    private synchronized Optional<Object> record(RecordedCall call) {
        calls.add(call);
        int count = counts.merge(call.operation(), 1, Integer::sum);
        Errno errno = failures.getOrDefault(call.operation(), Map.of()).get(count);
        if (errno != null) {
            throw new SystemCallException(call.operation(), call.text(), errno);
        }
        return Optional.ofNullable(answers.get(call.operation()));
    }

    private @Nullable Object nothing(Class<?> type) {
        if (type == Descriptor.class) {
            return fakeDescriptor();
        }
        if (type == int.class) {
            return 0;
        }
        if (type == long.class) {
            return 0L;
        }
        if (type == boolean.class) {
            return false;
        }
        if (type == String.class) {
            return "";
        }
        if (type == OptionalInt.class) {
            return OptionalInt.empty();
        }
        return type == List.class ? List.of() : null;
    }

    private synchronized Descriptor fakeDescriptor() {
        return new Descriptor(nextDescriptor++, this::close);
    }

    private synchronized void close(int number) {
        closed.add(number);
    }

    // A proxy is only equal to itself.
    @SuppressWarnings("ReferenceEquality")
    private Object ofObject(Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && arguments[0] == proxy;
            case "hashCode" -> System.identityHashCode(this);
            default -> "RecordingSystemCalls";
        };
    }

    /** A test that misspells a method should hear of it. */
    private static String known(String operation) {
        for (Method method : SystemCalls.class.getMethods()) {
            if (method.getName().equals(operation)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("SystemCalls has no method '" + operation + "'");
    }
}

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/** What one scenario saw: named values in the order in which they were seen. */
final class Report {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Map<String, Object> seen = new LinkedHashMap<>();

    void see(String name, Object value) {
        if (seen.put(name, value) != null) {
            throw new IllegalStateException("observed twice: " + name);
        }
    }

    /** The value, or the name and message of the error with which it ended. */
    void attempt(String name, Callable<Object> call) {
        Object value;
        try {
            value = call.call();
        } catch (Exception e) {
            value = error(e);
        }
        see(name, value);
    }

    static String error(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && (cause instanceof ExecutionException
            || cause.getClass() == org.apache.kafka.common.KafkaException.class)) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /** Ends the scenario as broken where the client's view is wrong whatever the broker. */
    static void must(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("does not hold: " + what);
        }
    }

    void print(String scenario, long ms, Throwable failure) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("scenario", scenario);
        line.put("observations", seen);
        line.put("error", failure == null ? null : error(failure));
        line.put("ms", ms);
        if (failure != null) {
            failure.printStackTrace();
        }
        try {
            System.out.println("@" + JSON.writeValueAsString(line));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}

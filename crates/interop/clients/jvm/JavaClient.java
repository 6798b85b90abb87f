import java.util.LinkedHashMap;
import java.util.Map;

/** The Java client and admin: arguments are bootstrap address, prefix of names, scenarios joined by commas. */
public final class JavaClient {
    interface Scenario {
        void run(Session session, Report report) throws Exception;
    }

    static final Map<String, Scenario> SCENARIOS = new LinkedHashMap<>();

    static {
        SCENARIOS.put("create", AdminScenarios::create);
        SCENARIOS.put("autocreate", DataScenarios::autocreate);
        SCENARIOS.put("compress", DataScenarios::compress);
        SCENARIOS.put("keys", DataScenarios::keys);
        SCENARIOS.put("headers", DataScenarios::headers);
        SCENARIOS.put("tombstones", DataScenarios::tombstones);
        SCENARIOS.put("large", DataScenarios::large);
        SCENARIOS.put("acks", DataScenarios::acks);
        SCENARIOS.put("idempotence", DataScenarios::idempotence);
        SCENARIOS.put("group", GroupScenarios::group);
        SCENARIOS.put("commit", GroupScenarios::commit);
        SCENARIOS.put("share", ShareScenarios::share);
        SCENARIOS.put("transactions", TransactionScenarios::transactions);
        SCENARIOS.put("streams", StreamsScenarios::streams);
        SCENARIOS.put("streamsgroup", StreamsGroupScenarios::streamsgroup);
        SCENARIOS.put("seektime", DataScenarios::seektime);
        SCENARIOS.put("longpoll", DataScenarios::longpoll);
        SCENARIOS.put("admin", AdminScenarios::admin);
        SCENARIOS.put("snappy", DataScenarios::snappy);
        SCENARIOS.put("defaults", AdminScenarios::defaults);
        SCENARIOS.put("node0", AdminScenarios::node0);
        SCENARIOS.put("retention", AdminScenarios::retention);
        SCENARIOS.put("badconfig", AdminScenarios::badconfig);
        SCENARIOS.put("errors", ErrorScenarios::errors);
        SCENARIOS.put("flush", DataScenarios::flush);
        SCENARIOS.put("fixtures", DataScenarios::fixtures);
    }

    public static void main(String[] args) {
        for (String name : args[2].split(",")) {
            Report report = new Report();
            Throwable failure = null;
            long start = System.currentTimeMillis();
            try (Session session = new Session(args[0], args[1])) {
                SCENARIOS.get(name).run(session, report);
            } catch (Exception | AssertionError e) {
                failure = e;
            }
            report.print(name, System.currentTimeMillis() - start, failure);
        }
    }
}

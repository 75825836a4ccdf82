package dev.tandem.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Whether a topic that exists will do: its partition count and clean-up policy are exactly those
/// wanted, and what it keeps, and for how long, is at least as much. -1 is more than anything.
final class TopicRule {
  private static final Set<String> AT_LEAST =
      Set.of(
          "delete.retention.ms",
          "max.message.bytes",
          "min.compaction.lag.ms",
          "retention.bytes",
          "retention.ms");

  private TopicRule() {}

  /// @param replicas the fewest that a partition has
  /// @param config every setting of the topic, defaults included
  record Found(int partitions, int replicas, Map<String, String> config) {}

  /// @param cause what was expected and found
  record Mismatch(String cause, String fix) {}

  static Optional<Mismatch> judge(TopicSetting wanted, Found found, String bootstrapServers) {
    var causes = new ArrayList<String>();
    var fixes = new ArrayList<String>();
    if (found.partitions() != wanted.partitions()) {
      causes.add("expected " + wanted.partitions() + " partitions, found " + found.partitions());
      fixes.add(partitions(wanted, found, bootstrapServers));
    }
    SortedMap<String, String> wrong = wrong(wanted, found);
    wrong.forEach(
        (key, value) ->
            causes.add(
                "expected %s=%s, found %s"
                    .formatted(key, value, found.config().getOrDefault(key, "nothing"))));
    if (!wrong.isEmpty()) {
      fixes.add(alter(wanted.name(), wrong, bootstrapServers));
    }
    return causes.isEmpty()
        ? Optional.empty()
        : Optional.of(new Mismatch(String.join("; ", causes), String.join("; ", fixes)));
  }

  private static SortedMap<String, String> wrong(TopicSetting wanted, Found found) {
    var wrong = new TreeMap<String, String>();
    wanted
        .config()
        .forEach(
            (key, value) -> {
              String actual = found.config().get(key);
              if (actual == null || !suffices(key, value, actual)) {
                wrong.put(key, value);
              }
            });
    return wrong;
  }

  private static boolean suffices(String key, String wanted, String actual) {
    return AT_LEAST.contains(key) ? amount(actual) >= amount(wanted) : actual.equals(wanted);
  }

  private static long amount(String value) {
    long amount = Long.parseLong(value);
    return amount == -1 ? Long.MAX_VALUE : amount;
  }

  private static String partitions(TopicSetting wanted, Found found, String bootstrapServers) {
    String[] names = wanted.name().split("\\.", -1);
    String spec =
        names.length < 3
            ? ""
            : ", or say partitions: "
                + found.partitions()
                + " in the spec, or let "
                + wanted.partitions()
                + " partitions take the place of these: tandem rebuild SPEC start --domain "
                + names[1]
                + " --from legacy";
    return "if it is empty: kafka-topics.sh --bootstrap-server "
        + bootstrapServers
        + " --delete --topic "
        + wanted.name()
        + spec;
  }

  private static String alter(
      String topic, SortedMap<String, String> config, String bootstrapServers) {
    List<String> pairs =
        config.entrySet().stream().map(pair -> pair.getKey() + "=" + pair.getValue()).toList();
    return "kafka-configs.sh --bootstrap-server "
        + bootstrapServers
        + " --alter --entity-type topics --entity-name "
        + topic
        + " --add-config "
        + String.join(",", pairs);
  }
}

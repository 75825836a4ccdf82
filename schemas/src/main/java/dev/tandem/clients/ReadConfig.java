package dev.tandem.clients;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/// How consumers are configured that look something up in Kafka: of no group, and of what is
/// committed only; from the start where nothing else is sought.
public final class ReadConfig {
  /// Milliseconds that a fetch waits at the end of a partition.
  private static final int TURN = 10;

  private ReadConfig() {}

  /// Of one that stays with its partitions.
  ///
  /// @param client properties as the user gave them
  /// @return a copy that can be changed
  public static Map<String, Object> following(Map<String, ?> client) {
    var config = new HashMap<String, Object>(client);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return config;
  }

  /// Of one that reads a stretch here and then a stretch there. A fetch that has come to the end of
  /// a partition waits for more, half a second unless told, and while it waits its broker gets no
  /// other: each turn to another partition would take as long.
  ///
  /// @param client properties as the user gave them
  /// @return a copy that can be changed
  public static Map<String, Object> turning(Map<String, ?> client) {
    var config = following(client);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, TURN);
    return config;
  }
}

package dev.tandem.clients;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {
  /// A name that can never be resolved. Source: RFC 2606.
  private static final Map<String, Object> NOWHERE =
      Map.of("bootstrap.servers", "kafka.invalid:9092");

  @Test
  void shouldCallANameThatCannotBeResolvedAnOutageWhicheverClientIsMade() {
    List<Runnable> makers =
        List.of(
            () -> KafkaClients.admin(NOWHERE).close(),
            () -> KafkaClients.producer(NOWHERE).close(),
            () -> KafkaClients.consumer(NOWHERE).close());
    for (Runnable maker : makers) {
      assertThatThrownBy(maker::run)
          .isInstanceOf(UnresolvedException.class)
          .hasMessageContaining("kafka.invalid:9092")
          .hasMessageContaining("fix: start it");
    }
  }

  @Test
  void shouldNameEveryServerOfAList() {
    var servers = List.of("a.invalid:9092", "b.invalid:9092");
    assertThatThrownBy(() -> KafkaClients.admin(Map.of("bootstrap.servers", servers)).close())
        .isInstanceOf(UnresolvedException.class)
        .hasMessageContaining("a.invalid:9092,b.invalid:9092");
  }

  @Test
  void shouldLeaveAWrongConfigurationWhatItIs() {
    assertThatThrownBy(() -> KafkaClients.admin(Map.of("bootstrap.servers", "kafka")).close())
        .isInstanceOf(KafkaException.class)
        .isNotInstanceOf(UnresolvedException.class);
  }
}

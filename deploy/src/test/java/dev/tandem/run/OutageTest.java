package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchRuntimeException;

import dev.tandem.clients.KafkaClients;
import dev.tandem.setup.SetupException;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutageTest {
  private static RuntimeException unresolved() {
    return catchRuntimeException(
        () -> KafkaClients.admin(Map.of("bootstrap.servers", "kafka.invalid:9092")).close());
  }

  @Test
  void shouldWaitForAKafkaWhoseNameCannotBeResolved() {
    assertThat(Outage.isOne(unresolved())).isTrue();
    assertThat(Outage.reason(unresolved())).contains("kafka.invalid:9092").hasLineCount(1);
  }

  @Test
  void shouldWaitForItThoughSetUpMetIt() {
    var failure = new SetupException("Kafka at kafka.invalid:9092: nobody", unresolved());
    assertThat(Outage.isOne(failure)).isTrue();
    assertThat(Outage.reason(failure)).isEqualTo("Kafka at kafka.invalid:9092: nobody");
  }

  @ParameterizedTest
  @ValueSource(strings = {"28P01", "28000"})
  void shouldTryARefusedPasswordAgainAndSaySo(String state) {
    var failure = new SQLException("FATAL: password authentication failed for user \"u\"", state);
    assertThat(Outage.isOne(failure)).isTrue();
    assertThat(Outage.reason(failure))
        .contains("user or password is refused, and tried again", "user \"u\"", "fix:")
        .hasLineCount(1);
  }

  @Test
  void shouldTryARefusedPasswordOfKafkaAgain() {
    assertThat(Outage.isOne(new SaslAuthenticationException("Authentication failed"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"08001", "08006", "53300", "57P03"})
  void shouldWaitForAStoreThatIsAway(String state) {
    assertThat(Outage.isOne(new RuntimeException(new SQLException("away", state)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"42501", "42P01", "3D000"})
  void shouldNotWaitForWhatTheStoreRefuses(String state) {
    assertThat(Outage.isOne(new SQLException("refused", state))).isFalse();
  }

  @Test
  void shouldNotWaitForAConfigurationThatIsWrong() {
    assertThat(Outage.isOne(new KafkaException(new ConfigException("no such property")))).isFalse();
  }

  @Test
  void shouldSayWhatHasSeveralLinesInOne() {
    assertThat(Outage.reason(new SQLException("first\n  second", "08006")))
        .isEqualTo("first second");
  }
}

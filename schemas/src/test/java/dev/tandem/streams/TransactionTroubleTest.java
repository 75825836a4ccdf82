package dev.tandem.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class TransactionTroubleTest {
  private Instant now = Instant.parse("2026-11-27T10:00:00Z");
  private final TransactionTrouble trouble = new TransactionTrouble(() -> now);

  private static KafkaException unacknowledged() {
    return new KafkaException(
        "The client hasn't received acknowledgment for some previously sent messages");
  }

  @Test
  void shouldPassWhatTheProducerSaysByNoClassOfItsOwn() {
    assertThat(trouble.passes(unacknowledged())).isTrue();
    assertThat(trouble.passes(new StreamsException("sending", unacknowledged())))
        .as("asked again of its cause")
        .isFalse();
    assertThat(trouble.passes(new KafkaException("made of", unacknowledged()))).isFalse();
    assertThat(trouble.passes(new RecordTooLargeException("it stays too large"))).isFalse();
    assertThat(trouble.passes(new IllegalStateException("a fault of ours"))).isFalse();
  }

  @Test
  void shouldNotPassWhatComesAgainAndAgain() {
    for (int i = 0; i < TransactionTrouble.MOST; i++) {
      assertThat(trouble.passes(unacknowledged())).isTrue();
      now = now.plusSeconds(1);
    }
    assertThat(trouble.passes(unacknowledged())).isFalse();
    now = now.plus(TransactionTrouble.WITHIN);
    assertThat(trouble.passes(unacknowledged())).isTrue();
  }
}

package dev.tandem.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.streams.RegistryPatience;
import dev.tandem.wire.Registry;
import dev.tandem.wire.RegistryException;
import dev.tandem.wire.RegistryException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PayloadRegistryTest {
  private static final Schema SCHEMA = Schema.createRecord("E", null, "club", false);

  /// What the registry answers next; the schema where nothing is left.
  private final Queue<Kind> answers = new ArrayDeque<>();

  private final Registry registry =
      new Registry() {
        @Override
        public int register(String subject, Schema schema) {
          throw new AssertionError("a payload's schema is never registered");
        }

        @Override
        public Schema byId(int id) {
          asked++;
          @Nullable Kind kind = answers.poll();
          if (kind != null) {
            throw new RegistryException(kind, "so it is");
          }
          return SCHEMA;
        }
      };

  private int asked;
  private int opened;
  private long now;
  private Duration waited = Duration.ZERO;

  private final PayloadRegistry schemas =
      new PayloadRegistry(
          () -> {
            opened++;
            return registry;
          },
          new RegistryPatience(Duration.ofSeconds(3), pause -> waited = waited.plus(pause)),
          () -> now);

  @Test
  void shouldOpenTheRegistryWithTheFirstQuestionAndAskOnce() {
    assertThat(opened).isZero();
    for (int i = 0; i < 3; i++) {
      assertThat(schemas.byId(7)).isSameAs(SCHEMA);
      assertThat(schemas.byId(8)).isSameAs(SCHEMA);
    }
    assertThat(opened).isEqualTo(1);
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void shouldAskARegistryThatIsAwayAgainAndThenSayThatItIsAway() {
    answers.add(Kind.UNAVAILABLE);
    assertThat(schemas.byId(7)).isSameAs(SCHEMA);
    assertThat(asked).isEqualTo(2);
    for (int i = 0; i < 100; i++) {
      answers.add(Kind.UNAVAILABLE);
    }
    assertThatThrownBy(() -> schemas.byId(8))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    assertThat(waited).isGreaterThan(Duration.ofSeconds(3));
    answers.clear();
    assertThat(schemas.byId(8)).isSameAs(SCHEMA);
  }

  @Test
  void shouldRefuseAnIdThatIsNotKnownAndAskForItAgainAfterAMinute() {
    answers.add(Kind.UNKNOWN_ID);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> schemas.byId(7))
          .isInstanceOf(MappingException.class)
          .hasMessageContaining("found 7, which it does not know; fix: name the registry");
    }
    assertThat(asked).isEqualTo(1);
    now = Duration.ofMinutes(1).toNanos();
    assertThat(schemas.byId(7)).isSameAs(SCHEMA);
  }

  @Test
  void shouldRefuseAnIdThatIsOfNoAvro() {
    answers.add(Kind.REFUSED);
    assertThatThrownBy(() -> schemas.byId(7))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("expected schema id 7 to be of a schema in Avro");
  }
}

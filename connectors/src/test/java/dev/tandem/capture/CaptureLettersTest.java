package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.PoisonLimit;
import dev.tandem.plan.SensitivePlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.table.TableId;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.MemoryRegistry;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CaptureLettersTest {
  private static final DomainPlan PLAN =
      TestPlan.domain("d", 2, TestPlan.entity(TableId.parse("public.t"), "id"));

  private static CaptureLetters letters(DomainPlan domain) {
    var access = new PostgresAccess("jdbc:postgresql://unused/unused", "unused", "");
    var settings = CaptureSettings.of(TestPlan.of(domain), access, Map.of(), new MemoryRegistry());
    return new CaptureLetters(settings, new Fitting(1_000));
  }

  private static Routing.Target.Refused refused(DomainPlan domain) {
    int strand = new Strands(TestPlan.of(domain), Side.LEGACY).deadLetters(0);
    return new Routing.Target.Refused(strand, "t", "id: expected a value, found none");
  }

  private static DeadLetter letter(DomainPlan domain, byte[] record) {
    return DeadLetters.decode(
        letters(domain).encode(refused(domain), "INSERT of public.t", () -> record));
  }

  @Test
  void shouldCarryTheRecordThatCouldNotBePlacedIfItFits() {
    var letter = letter(PLAN, new byte[] {7});
    assertThat(letter.payload()).containsExactly(7);
    assertThat(letter.domain()).isEqualTo("d");
    assertThat(letter.reason()).isEqualTo("INSERT of public.t: id: expected a value, found none");
    assertThat(letter(PLAN, new byte[2_000]).payload()).isNull();
  }

  /// What stands in the outbox for those who may read it stands in no other topic.
  @Test
  void shouldKeepTheRecordOutOfTheDeadLetterWhereAFieldIsSensitive() {
    assertThat(letter(SensitivePlan.of(PLAN), new byte[] {7}).payload()).isNull();
  }

  @Test
  void shouldSayInTheLastLetterOfAMinuteThatMoreAreLeftOut() {
    var few = PLAN.limited(new PoisonLimit(1));
    var letters = letters(few);
    byte[] last = letters.within(refused(few), "INSERT", null);
    assertThat(DeadLetters.decode(Objects.requireNonNull(last)).reason())
        .startsWith("more dead letters of changes in the log than 1 in this minute");
    assertThat(letters.encode(refused(few), "swept row", null)).isNotNull();
  }
}

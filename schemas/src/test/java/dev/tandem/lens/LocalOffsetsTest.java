package dev.tandem.lens;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalOffsetsTest {
  private static final long DAY = 86_400;

  /// As the platform has it, in whatever order it is asked: at random, and around every change of
  /// the clocks, so that what is remembered of one side of a change is not taken for the other.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Europe/Berlin",
        "Europe/Dublin",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Pacific/Apia",
        "Asia/Kolkata",
        "UTC",
        "+05:30"
      })
  void shouldBeThoseOfThePlatform(String name) {
    ZoneRules rules = ZoneId.of(name).getRules();
    var offsets = new LocalOffsets(ZoneId.of(name));
    var random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      same(offsets, rules, random.nextLong(-60_000 * DAY, 60_000 * DAY));
    }
    var change = rules.nextTransition(LocalDateTime.of(1900, 1, 1, 0, 0).toInstant(ZoneOffset.UTC));
    for (int i = 0; change != null && i < 400; i++) {
      long at = change.toEpochSecond();
      for (int around = 0; around < 50; around++) {
        same(offsets, rules, at + random.nextLong(-DAY, DAY));
      }
      for (var offset : new ZoneOffset[] {change.getOffsetBefore(), change.getOffsetAfter()}) {
        for (long near = -1; near <= 1; near++) {
          same(offsets, rules, at + offset.getTotalSeconds() + near);
        }
      }
      change = rules.nextTransition(change.getInstant());
    }
  }

  private static void same(LocalOffsets offsets, ZoneRules rules, long local) {
    var time = LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC);
    var valid = rules.getValidOffsets(time);
    long expected = valid.size() == 1 ? valid.getFirst().getTotalSeconds() : LocalOffsets.CHANGED;
    assertThat(offsets.of(local)).as("%s", time).isEqualTo(expected);
    if (expected == LocalOffsets.CHANGED) {
      assertThat(offsets.change(local)).isEqualTo(rules.getTransition(time));
    }
  }
}

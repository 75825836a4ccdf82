package dev.tandem.standing;

import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.State;
import dev.tandem.spec.Objectives;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;

/// Until when a promotion can be taken back: what was live before is kept for as long as the domain
/// promises (`rollback-within`), counted from the promotion, and nobody removes it by mistake
/// before that.
public final class RollbackTime {
  /// As PostgreSQL writes a `timestamptz`.
  private static final DateTimeFormatter AT =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
          .appendOffset("+HH:mm", "+00")
          .toFormatter(Locale.ROOT);

  private RollbackTime() {}

  /// Empty where the generation is not kept, or the domain promises nothing.
  public static Optional<Instant> until(Generation generation, Optional<Objectives> promised) {
    return generation.state() == State.KEPT && !generation.note().at().isEmpty()
        ? promised.flatMap(Objectives::rollbackWithin).map(within -> at(generation).plus(within))
        : Optional.empty();
  }

  private static Instant at(Generation generation) {
    return OffsetDateTime.parse(generation.note().at(), AT).toInstant();
  }
}

package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Encodes the dead letters of capture. Of changes in the log a domain has so many in a minute and
/// no more; of swept rows each has its own, since a sweep proves nothing of a table of which a row
/// could not be placed, and knows it by its letter. Thread-safe.
final class CaptureLetters {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureLetters.class);
  private final Routing routing;
  private final Side side;
  private final InstantSource clock;
  private final DeadLetters codec;
  private final LetterBudget budget;
  private final Fitting fitting;

  CaptureLetters(CaptureSettings settings, Fitting fitting) {
    this.routing = settings.routing();
    this.side = settings.side();
    this.clock = settings.clock();
    this.codec = new DeadLetters(settings.registry(), settings.names().deadLetters());
    this.budget = new LetterBudget(settings.plan().domains(), clock);
    this.fitting = fitting;
  }

  /// Of a change in the log.
  ///
  /// @param what could not be placed
  /// @param payload left out where it cannot be made, or where the letter would be too large
  /// @return null if it is one too many
  byte @Nullable [] within(
      Routing.Target.Refused refused, String what, @Nullable Supplier<byte[]> payload) {
    int domain = routing.strands().domain(refused.strand());
    return switch (budget.take(domain)) {
      case WRITE -> encode(refused, what, payload);
      case WRITE_AS_LAST -> encode(refused, budget.last(domain) + "; " + what, payload);
      case LEAVE_OUT -> null;
    };
  }

  /// Of a swept row.
  ///
  /// @param what could not be placed
  /// @param payload left out where it cannot be made, or where the letter would be too large
  byte[] encode(Routing.Target.Refused refused, String what, @Nullable Supplier<byte[]> payload) {
    int strand = refused.strand();
    String reason = what + ": " + refused.reason();
    if (payload != null && !routing.domain(strand).isSensitive()) {
      try {
        byte[] record = fitting.encode(payload);
        return fitting.encode(() -> letter(strand, refused.entity(), reason, null, record));
      } catch (UnfitException without) {
        LOG.debug("a dead letter without its payload: {}", without.reason());
      }
    }
    return letter(strand, refused.entity(), reason, null, null);
  }

  /// Of a swept row of which no more is known than its key.
  byte[] encode(int strand, String reason, byte[] key) {
    return letter(strand, "", reason, key, null);
  }

  private byte[] letter(
      int strand, String entity, String reason, byte @Nullable [] key, byte @Nullable [] payload) {
    DomainPlan domain = routing.domain(strand);
    return codec.encode(
        new DeadLetter(
            DeadLetter.Stage.CAPTURE,
            domain.name(),
            entity,
            side.topic(domain.topics()),
            -1,
            -1,
            reason,
            "",
            key,
            payload,
            ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant())));
  }
}

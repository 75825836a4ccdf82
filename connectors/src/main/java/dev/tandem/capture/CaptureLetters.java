package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Encodes the dead letters of capture, as many as a domain may have. Thread-safe.
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

  /// @param what could not be placed
  /// @param payload left out where it cannot be made, or where the letter would be too large
  /// @return null if it is one too many
  byte @Nullable [] encode(
      Routing.Target.Refused refused, String what, @Nullable Supplier<byte[]> payload) {
    return within(
        refused.strand(),
        what + ": " + refused.reason(),
        reason -> encode(refused, payload, reason));
  }

  /// Of a row of which no more is known than its key.
  ///
  /// @return null if it is one too many
  byte @Nullable [] encode(int strand, String reason, byte[] key) {
    return within(strand, reason, said -> letter(strand, "", said, key, null));
  }

  private byte[] encode(
      Routing.Target.Refused refused, @Nullable Supplier<byte[]> payload, String reason) {
    int strand = refused.strand();
    if (payload != null) {
      try {
        byte[] record = fitting.encode(payload);
        return fitting.encode(() -> letter(strand, refused.entity(), reason, null, record));
      } catch (UnfitException without) {
        LOG.debug("a dead letter without its payload: {}", without.reason());
      }
    }
    return letter(strand, refused.entity(), reason, null, null);
  }

  private byte @Nullable [] within(int strand, String reason, Function<String, byte[]> letter) {
    int domain = routing.strands().domain(strand);
    return switch (budget.take(domain)) {
      case WRITE -> letter.apply(reason);
      case WRITE_AS_LAST -> letter.apply(reason + "; " + budget.last(domain));
      case LEAVE_OUT -> null;
    };
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

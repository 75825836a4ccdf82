package dev.tandem.job;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Optional;

/// What an operator wants done with one job. The last order of an id in the control topic holds;
/// only operators write orders.
///
/// @param id names the job; see [#KEY_PREFIX]
public record JobOrder(
    String id,
    Kind kind,
    String domain,
    JobScope scope,
    JobLimits limits,
    Wanted wanted,
    Asked asked) {
  /// How the order about the initial loads of a domain is named: `load-<domain>`. Loads begin by
  /// themselves; all that can be ordered of them is that they pause and go on.
  public static final String LOAD_PREFIX = "load-";

  /// The oldest job first.
  public static final Comparator<JobOrder> BY_AGE =
      Comparator.comparingLong((JobOrder order) -> order.asked().begun())
          .thenComparing(JobOrder::id);

  /// The key in the control topic: `job/<id>`.
  public static final String KEY_PREFIX = "job/";

  /// What a job does.
  public enum Kind {
    /// Reads legacy rows into the outbox again: what is not in the target as it should be is
    /// written.
    BACKFILL,
    /// Reads the rows of both stores for the reconciler alone: nothing is written to the target.
    VERIFY
  }

  /// What the operator wants now.
  public enum Wanted {
    RUN,
    PAUSE,
    CANCEL
  }

  /// Who asked for it.
  ///
  /// @param why of the last order, for a person to read
  /// @param begun when the job was first ordered, microseconds since 1970-01-01T00:00Z
  /// @param at of the last order, microseconds since 1970-01-01T00:00Z
  public record Asked(String by, String why, long begun, long at) {}

  public JobOrder {
    if (!id.matches("[a-zA-Z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "expected a job id of letters, digits, '.', '_' and '-', found '" + id + "'");
    }
    if (kind == Kind.BACKFILL && scope.share() < 1) {
      throw new IllegalArgumentException("a sample is for verifications; a backfill reads all");
    }
  }

  public String key() {
    return KEY_PREFIX + id;
  }

  /// Whether a key of the control topic is one of these.
  public static boolean isKey(String key) {
    return key.startsWith(KEY_PREFIX);
  }

  /// Whether it is about the initial loads of its domain.
  public boolean isLoad() {
    return id.startsWith(LOAD_PREFIX);
  }

  /// The same job, ordered anew.
  public JobOrder with(Wanted other, String by, String why, long at) {
    return new JobOrder(
        id, kind, domain, scope, limits, other, new Asked(by, why, asked.begun(), at));
  }

  /// The same job within other limits.
  public JobOrder within(JobLimits other) {
    return new JobOrder(id, kind, domain, scope, other, wanted, asked);
  }

  /// Whether it had to be done by now.
  ///
  /// @param now microseconds since 1970-01-01T00:00Z
  public boolean isOverdue(long now) {
    return !limits.within().isZero() && now - asked.begun() > limits.within().toNanos() / 1000;
  }

  /// By when it has to be done, if it has to be.
  public Optional<Instant> deadline() {
    return limits.within().isZero()
        ? Optional.empty()
        : Optional.of(Instant.EPOCH.plus(asked.begun(), ChronoUnit.MICROS).plus(limits.within()));
  }
}

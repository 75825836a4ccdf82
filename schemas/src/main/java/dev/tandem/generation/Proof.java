package dev.tandem.generation;

import dev.tandem.wire.LagReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Whether a generation beside the live one is proven to be equal, and what is missing where it is
/// not (DESIGN §8). In every partition:
///
/// 1. its reconciler has reported after the question was put;
/// 2. the baselines have passed and every entity was judged once, so that what was wrong before the
///    first V and never changes is known (C18);
/// 3. nothing is open, and no entity waits for a value without which nothing can be said of it;
/// 4. V is not before the watermark at which the live generation stood when the question was put,
///    or before the end that its own outbox had then, where that is another one: what was applied
///    since is in flight, and no more than that is not proven.
///
/// @param missing by partition; empty where it is proven
public record Proof(Map<Integer, Missing> missing) {
  /// What is missing in one partition.
  ///
  /// @param reason one sentence
  public record Missing(Kind kind, String reason) {}

  /// Whether time alone will bring it, and soon.
  public enum Kind {
    /// What was applied lately has yet to be seen and compared.
    IN_FLIGHT,
    /// Something else has to happen first.
    UNPROVEN
  }

  public Proof {
    missing = new TreeMap<>(missing);
  }

  /// What is asked.
  ///
  /// @param at when, microseconds since 1970-01-01T00:00Z
  /// @param live the live generation's watermarks then, by partition; of a generation that is fed
  ///     from another outbox the end of that
  public record Question(long at, Map<Integer, Long> live) {
    /// A question that is older says nothing of now.
    private static final long LONGEST_MICROS = 30_000_000;

    public Question {
      live = Map.copyOf(live);
    }

    /// Whether it has to be put anew, so that what is proven in the end is where the live
    /// generation stands then, and not where it stood when the waiting began: something else than
    /// what is in flight was missing, or it is older than half a minute.
    ///
    /// @param answer that it got last
    /// @param now microseconds since 1970-01-01T00:00Z
    public boolean isSpent(Proof answer, long now) {
      return !answer.isNear() || now - at > LONGEST_MICROS;
    }
  }

  /// @param reports the newest of each partition's reconciler
  public static Proof of(int partitions, Question question, Map<Integer, LagReport> reports) {
    var missing = new TreeMap<Integer, Missing>();
    for (int partition = 0; partition < partitions; partition++) {
      Missing reason =
          missing(question, question.live().getOrDefault(partition, -1L), reports.get(partition));
      if (reason != null) {
        missing.put(partition, reason);
      }
    }
    return new Proof(missing);
  }

  private static @Nullable Missing missing(
      Question question, long live, @Nullable LagReport report) {
    if (report == null) {
      return unproven(
          "its reconciler has reported nothing within five minutes: is a process with the role"
              + " reconcile running?");
    }
    return switch (report.state()) {
      case LOADING -> unproven("the baselines of both sides have not passed yet");
      case JUDGING -> unproven("not every entity has been judged once");
      case STOPPED -> unproven(report.evidence().stoppedAt().reason());
      case IDLE, FOLLOWING, SLOW, UNKNOWN -> compared(question, live, report);
    };
  }

  private static Missing unproven(String reason) {
    return new Missing(Kind.UNPROVEN, reason);
  }

  private static @Nullable Missing compared(Question question, long live, LagReport report) {
    if (report.openDivergences() > 0) {
      return unproven(report.openDivergences() + " divergences are open");
    }
    if (report.waiting() > 0) {
      return unproven(
          report.waiting()
              + " entities have no verdict, each waits for a value that the log did not tell:"
              + " backfill the domain, which reads it");
    }
    if (report.verdictAt() < live) {
      return new Missing(
          Kind.IN_FLIGHT,
          "compared up to outbox offset "
              + report.verdictAt()
              + ", and what the live generation had by then goes up to "
              + live);
    }
    return report.at() < question.at()
        ? new Missing(Kind.IN_FLIGHT, "its reconciler has not reported since")
        : null;
  }

  public boolean isGiven() {
    return missing.isEmpty();
  }

  /// Whether nothing is missing but what is in flight.
  public boolean isNear() {
    return missing.values().stream().allMatch(each -> each.kind() == Kind.IN_FLIGHT);
  }

  /// One line for each partition of which something is missing.
  public List<String> lines() {
    var lines = new ArrayList<String>();
    missing.forEach((partition, it) -> lines.add("partition " + partition + ": " + it.reason()));
    return lines;
  }
}

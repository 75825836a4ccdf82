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
/// 3. nothing is open;
/// 4. V is not before the watermark at which the live generation stood when the question was put:
///    what was applied since is in flight, and no more than that is not proven.
///
/// @param missing by partition, one sentence each; empty where it is proven
public record Proof(Map<Integer, String> missing) {
  public Proof {
    missing = new TreeMap<>(missing);
  }

  /// What is asked.
  ///
  /// @param at when, microseconds since 1970-01-01T00:00Z
  /// @param live the live generation's watermarks then, by partition
  public record Question(long at, Map<Integer, Long> live) {
    public Question {
      live = Map.copyOf(live);
    }
  }

  /// @param reports the newest of each partition's reconciler
  public static Proof of(int partitions, Question question, Map<Integer, LagReport> reports) {
    var missing = new TreeMap<Integer, String>();
    for (int partition = 0; partition < partitions; partition++) {
      String reason =
          missing(question, question.live().getOrDefault(partition, -1L), reports.get(partition));
      if (reason != null) {
        missing.put(partition, reason);
      }
    }
    return new Proof(missing);
  }

  private static @Nullable String missing(
      Question question, long live, @Nullable LagReport report) {
    if (report == null) {
      return "its reconciler has reported nothing within five minutes: is a process with the role"
          + " reconcile running?";
    }
    return switch (report.state()) {
      case LOADING -> "the baselines of both sides have not passed yet";
      case JUDGING -> "not every entity has been judged once";
      case STOPPED -> "changes are pending and nothing moves";
      case IDLE, FOLLOWING, SLOW -> compared(question, live, report);
    };
  }

  private static @Nullable String compared(Question question, long live, LagReport report) {
    if (report.openDivergences() > 0) {
      return report.openDivergences() + " divergences are open";
    }
    if (report.verdictAt() < live) {
      return "compared up to outbox offset "
          + report.verdictAt()
          + ", and the live generation stood at "
          + live;
    }
    return report.at() < question.at() ? "its reconciler has not reported since" : null;
  }

  public boolean isGiven() {
    return missing.isEmpty();
  }

  /// One line for each partition of which something is missing.
  public List<String> lines() {
    var lines = new ArrayList<String>();
    missing.forEach((partition, reason) -> lines.add("partition " + partition + ": " + reason));
    return lines;
  }
}

package dev.tandem.api;

import dev.tandem.answer.InvariantJson;
import dev.tandem.invariants.InvariantComparison;
import dev.tandem.invariants.InvariantComparison.Terms;
import dev.tandem.invariants.InvariantReport;
import dev.tandem.job.JobOrder.Kind;
import dev.tandem.operate.Refusal;
import dev.tandem.run.Migration;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A verification that compares the invariants of the spec and sweeps nothing: it is no job, and is
/// over when it is answered. One at a time, since each occupies one of the few requests that are
/// answered at once, for as long as its queries take.
final class InvariantRoute {
  private static final Logger LOG = LoggerFactory.getLogger(InvariantRoute.class);

  /// Fields that say what a job reads, and how.
  static final List<String> OF_JOBS =
      List.of(
          "job",
          "entity",
          "where",
          "keys",
          "tenant",
          "sample",
          "rate",
          "lanes",
          "within",
          "mostFindings",
          "plan");

  private final InvariantComparison comparison;
  private final ReentrantLock alone = new ReentrantLock();

  InvariantRoute(Migration migration, Clock clock) {
    this.comparison = new InvariantComparison(migration, clock);
  }

  /// Whether a request is one.
  static boolean isMeant(Call call) {
    boolean meant = call.flag("invariants");
    if (!meant && call.text("hold").isPresent()) {
      throw new ApiProblem(400, "hold: goes with invariants, since apply stands for them alone");
    }
    return meant;
  }

  Answer compare(Call call, Kind kind, String domain) throws SQLException, InterruptedException {
    if (kind != Kind.VERIFY) {
      throw new ApiProblem(400, "invariants: expected kind verify");
    }
    List<String> others = OF_JOBS.stream().filter(call.body()::has).toList();
    if (!others.isEmpty()) {
      throw new ApiProblem(
          400,
          "invariants: they are of the whole domain and no job: leave "
              + String.join(", ", others)
              + " out");
    }
    Terms terms = terms(call);
    if (!alone.tryLock()) {
      throw new Refusal(
          Refusal.Kind.CONFLICT, "invariants are being compared here already; ask again later");
    }
    try {
      InvariantReport report =
          comparison.compare(
              domain,
              Audit.actor(call),
              terms,
              doing -> LOG.info("invariants of {}: {}", domain, doing));
      return Answer.ok(InvariantJson.report(report)).noting(InvariantComparison.words(report));
    } finally {
      alone.unlock();
    }
  }

  private static Terms terms(Call call) {
    Duration hold = call.time("hold").orElse(Terms.USUAL.hold());
    if (!Terms.isHold(hold)) {
      throw new ApiProblem(
          400,
          "hold: expected more than 0s and at most "
              + Terms.LONGEST_HOLD.toMinutes()
              + "m, since apply stands so long");
    }
    return Terms.USUAL.holding(hold);
  }
}

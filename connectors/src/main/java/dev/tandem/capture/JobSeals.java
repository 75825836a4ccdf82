package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Note;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobTables;
import dev.tandem.plan.DomainPlan;
import dev.tandem.position.Snapshot;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepRefusal;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.RegistryException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The seals of jobs. A job is sealed by the capture of the legacy store once its sweeps have
/// ended, of a verification those of both sides: a marker in each partition of the outbox. Whoever
/// has compared up to it has seen every row that was read; when it has been applied, so have the
/// rows of a backfill. Used by one thread.
final class JobSeals {
  private static final Logger LOG = LoggerFactory.getLogger(JobSeals.class);
  private final CaptureSettings settings;
  private final CaptureState state;
  private final CaptureSession session;
  private final SweepOrders orders;
  private final SweepGate gate;

  /// As noted last by this session, by job.
  private final Map<String, Note.Seal> seals = new HashMap<>();

  /// When what the database refused is tried again, by job.
  private final Map<String, Instant> retries = new HashMap<>();

  JobSeals(
      CaptureSettings settings, CaptureState state, CaptureSession session, JobSweeps.Desk desk) {
    this.settings = settings;
    this.state = state;
    this.session = session;
    this.orders = desk.orders();
    this.gate = desk.gate();
  }

  /// Whether a job is to be sealed once its sweeps have ended.
  boolean isWanted(JobOrder order) {
    return settings.side() == Side.LEGACY
        && order.wanted() == JobOrder.Wanted.RUN
        && !order.isOverdue(now())
        && sealOf(order) == null
        && !settings.clock().instant().isBefore(retries.getOrDefault(order.id(), Instant.EPOCH));
  }

  /// A horizon is true here: nothing is being swept.
  boolean seal(JobOrder order, DomainPlan domain) throws InterruptedException {
    List<OutboxEntry> all;
    try (Connection connection = settings.store().connect()) {
      Snapshot snapshot = ReplicationState.snapshot(connection);
      session.awaitPassed(ReplicationState.mark(connection, "seal"));
      all = session.mark(OutboxRecord.Marker.horizon(state.epoch(), order.id(), snapshot, now()));
    } catch (SQLException | RegistryException away) {
      LOG.warn("job {} is not sealed yet: {}", order.id(), SweepRefusal.words(away));
      retries.put(order.id(), settings.clock().instant().plus(settings.pace().retry()));
      return false;
    }
    String topic = settings.side().topic(domain.topics());
    List<OutboxEntry> entries = all.stream().filter(entry -> entry.topic().equals(topic)).toList();
    List<Long> places = session.place(entries);
    var offsets = new TreeMap<Integer, Long>();
    for (int i = 0; i < entries.size(); i++) {
      offsets.put(entries.get(i).partition(), places.get(i));
    }
    var seal = new Note.Seal(order.id(), offsets, now(), 0, 0, domain.topics().outboxOf());
    session.note(seal);
    seals.put(order.id(), seal);
    LOG.info("job {}: all of it is read", order.id());
    return true;
  }

  /// Notes that a job has come to its end, which reports of lag tell for a week only.
  void compare(JobOrder order) {
    Note.Seal seal = open(order);
    if (seal != null) {
      reached(order, seal)
          .ifPresent(
              reached -> {
                var compared = seal.compared(reached.at(), reached.waiting());
                session.note(compared);
                seals.put(order.id(), compared);
              });
    }
  }

  /// Whether that could be noted of a job now.
  boolean hasCome(JobOrder order) {
    Note.Seal seal = open(order);
    return seal != null && reached(order, seal).isPresent();
  }

  /// The seal of a job of which nobody has noted yet that it has come to its end.
  private Note.@Nullable Seal open(JobOrder order) {
    Note.Seal seal = settings.side() == Side.LEGACY ? sealOf(order) : null;
    return seal != null && seal.comparedAt() == 0 ? seal : null;
  }

  /// A backfill is not about comparing: where nobody does, it is enough that it was applied.
  private Optional<SweepOrders.Compared> reached(JobOrder order, Note.Seal seal) {
    Optional<SweepOrders.Compared> compared = orders.compared(order, seal);
    return compared.isEmpty()
            && order.kind() == JobOrder.Kind.BACKFILL
            && gate.hasApplied(order, seal.offsets())
        ? Optional.of(new SweepOrders.Compared(now(), 0))
        : compared;
  }

  private Note.@Nullable Seal sealOf(JobOrder order) {
    Note.Seal own = seals.get(order.id());
    Note.Seal known = own == null ? state.seal(order.id()) : own;
    return JobTables.domain(settings.plan(), order)
            .filter(domain -> known == null || known.isLost(domain.topics().outboxOf()))
            .isPresent()
        ? null
        : known;
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, settings.clock().instant());
  }
}

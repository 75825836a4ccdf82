package dev.tandem.apply;

import dev.tandem.apply.CheckpointTable.Checkpoint;
import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.Registry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Apply of one partition of a domain without Kafka: what it is given is written to the target as
/// the running program writes it, each batch in one transaction.
public final class TargetWriter implements AutoCloseable {
  private static final SessionLimits LIMITS =
      new SessionLimits(Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(20));

  private final TargetSession session;
  private final BatchApplier applier;
  private final Cursor cursor;
  private final List<DeadLetter> letters = new ArrayList<>();
  private long offset;

  public TargetWriter(TargetConnections target, Registry registry, DomainPlan domain, int partition)
      throws SQLException {
    var topics = domain.topics();
    var checkpoints = new CheckpointTable(topics.migration(), topics.domain(), domain.generation());
    session = new TargetSession(target, LIMITS, "tandem test");
    applier =
        new BatchApplier(
            domain,
            checkpoints,
            new ContractDecoder(domain, registry),
            new BatchApplier.Outlets(
                letters::addAll,
                new ApplyListener() {},
                new PoisonGuard(),
                () -> Instant.EPOCH.plusSeconds(9)));
    cursor =
        new Cursor(
            partition,
            session.transaction(
                s -> {
                  var place = new GenerationRow(checkpoints).place(s);
                  var wanted = new Checkpoint(Mark.START, 0, "topic", "print", place);
                  return checkpoints.takeOver(s, partition, wanted, 0);
                }));
  }

  /// Applies legacy transactions in one batch.
  public void apply(ContractLog.Transaction... transactions) throws SQLException {
    var batch = new ArrayList<Incoming>();
    for (var transaction : transactions) {
      transaction.records().forEach(written -> batch.add(written.at(offset++)));
    }
    applier.apply(session, cursor, batch, () -> offset);
  }

  /// Applies the first record of a legacy transaction alone.
  public void applyBeginning(ContractLog.Transaction transaction) throws SQLException {
    var first = transaction.records().getFirst().at(offset++);
    applier.apply(session, cursor, List.of(first), () -> offset);
  }

  /// Passes what was applied before.
  public void skip(ContractLog.Transaction... transactions) {
    for (var transaction : transactions) {
      offset += transaction.records().size();
    }
  }

  /// Whether the checkpoint is still as this writer left it, found out by applying.
  public boolean writes(ContractLog.Transaction transaction) throws SQLException {
    try {
      apply(transaction);
      return true;
    } catch (BatchApplier.NotHeldException _) {
      return false;
    }
  }

  public List<DeadLetter> letters() {
    return List.copyOf(letters);
  }

  @Override
  public void close() {
    session.close();
  }
}

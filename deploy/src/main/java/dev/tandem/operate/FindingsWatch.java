package dev.tandem.operate;

import dev.tandem.fatal.Fatal;
import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobOrder.Kind;
import dev.tandem.job.JobOrder.Wanted;
import dev.tandem.jobs.JobReader;
import dev.tandem.jobs.JobStatus;
import dev.tandem.jobs.OrderBook;
import dev.tandem.ledger.LedgerException;
import dev.tandem.run.Migration;
import dev.tandem.run.Patrol;
import dev.tandem.wire.Topics;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Cancels verifications that have found as much as they were to find. Looks at the orders every
/// few seconds, and at the ledger only while there is such a verification. Several processes may
/// look: an order that was carried out is not given again.
public final class FindingsWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FindingsWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final Migration migration;
  private final Clock clock;
  private final Patrol patrol;

  /// Both null while neither is needed, or after Kafka was away.
  private @Nullable OrderBook orders;

  private @Nullable JobReader reader;

  private FindingsWatch(Migration migration, Clock clock) {
    this.migration = migration;
    this.clock = clock;
    patrol = Patrol.start("findings", EVERY, this::round, this::letGo);
  }

  public static FindingsWatch start(Migration migration) {
    return new FindingsWatch(migration, Clock.systemUTC());
  }

  private void round() {
    try {
      look();
    } catch (SQLException | KafkaException | LedgerException | Refusal away) {
      LOG.debug("jobs are looked at again later", away);
      letGo();
    } catch (RuntimeException e) {
      Fatal.raise(e);
      LOG.warn("jobs are looked at again later", e);
      letGo();
    }
  }

  private void look() throws SQLException {
    if (orders == null) {
      orders =
          new OrderBook(migration.kafka().objects(), new Topics(migration.name(), "").control());
    }
    if (orders.read().stream().noneMatch(FindingsWatch::isBounded)) {
      if (reader != null) {
        reader.close();
        reader = null;
      }
      return;
    }
    if (reader == null) {
      reader =
          new JobReader(
              migration.plan(), migration.kafka().objects(), clock, migration.generations());
    }
    for (JobStatus status : reader.read(FindingsWatch::isBounded)) {
      if (status.hasFoundEnough() && !status.standing().state().isFinal()) {
        cancel(status);
      }
    }
  }

  private static boolean isBounded(JobOrder order) {
    return order.kind() == Kind.VERIFY
        && order.wanted() != Wanted.CANCEL
        && order.limits().mostFindings() > 0;
  }

  private void cancel(JobStatus status) {
    new JobOrdering(migration, clock)
        .change(
            status.order(),
            Wanted.CANCEL,
            new JobLimits.Change(null, null, null),
            new JobOrdering.Who("tandem", "found " + status.findings().count() + ", enough"));
  }

  private void letGo() {
    if (orders != null) {
      orders.close();
      orders = null;
    }
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }

  @Override
  public void close() {
    patrol.close();
  }
}

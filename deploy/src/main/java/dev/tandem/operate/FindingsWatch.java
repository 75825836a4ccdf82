package dev.tandem.operate;

import dev.tandem.fatal.Fatal;
import dev.tandem.generation.Generations;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the orders every few seconds, and at the ledger only while there is a job under way:
/// tells the metrics what each has found, and cancels verifications that have found as much as they
/// were to find. Several processes may look: an order that was carried out is not given again.
public final class FindingsWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FindingsWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final Migration migration;
  private final Clock clock;
  private final Consumer<List<JobStatus>> shown;
  private final Patrol patrol;

  /// Both null while neither is needed, or after Kafka was away.
  private @Nullable OrderBook orders;

  private @Nullable JobReader reader;

  /// As the reader knows them.
  private Generations generations = Generations.NONE;

  /// The jobs that have come to their end, by id, and when the order that they ended was given.
  private final Map<String, Long> ended = new HashMap<>();

  /// The jobs that were seen under way, by id, until their end is seen too.
  private final Set<String> underWay = new HashSet<>();

  private FindingsWatch(Migration migration, Clock clock, Consumer<List<JobStatus>> shown) {
    this.migration = migration;
    this.clock = clock;
    this.shown = shown;
    patrol = Patrol.start("findings", EVERY, this::round, this::letGo);
  }

  /// @param shown is told how each job under way stands, and how it has ended
  public static FindingsWatch start(Migration migration, Consumer<List<JobStatus>> shown) {
    return new FindingsWatch(migration, Clock.systemUTC(), shown);
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
    if (orders.read().stream().noneMatch(this::isWatched)) {
      if (reader != null) {
        reader.close();
        reader = null;
      }
      return;
    }
    Generations now = migration.generations();
    if (reader != null && !now.equals(generations)) {
      reader.close();
      reader = null;
    }
    if (reader == null) {
      reader = new JobReader(migration.plan(), migration.kafka().objects(), clock, now);
      generations = now;
    }
    var told = new ArrayList<JobStatus>();
    for (JobStatus status : reader.read(this::isWatched)) {
      JobOrder order = status.order();
      boolean isOver = status.standing().state().isFinal();
      if (!isOver || underWay.remove(order.id())) {
        told.add(status);
      }
      if (isOver) {
        ended.put(order.id(), order.asked().at());
      } else {
        underWay.add(order.id());
        if (order.kind() == Kind.VERIFY && status.hasFoundEnough()) {
          cancel(status);
        }
      }
    }
    shown.accept(told);
  }

  private boolean isWatched(JobOrder order) {
    return !order.isLoad()
        && order.wanted() != Wanted.CANCEL
        && !Objects.equals(ended.get(order.id()), order.asked().at());
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

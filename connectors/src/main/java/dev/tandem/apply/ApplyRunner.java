package dev.tandem.apply;

import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.Registry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// Applies one domain's contract topic to the target, as a member of the domain's consumer group.
///
/// Positions live in the target, so a member that comes back, or another one, goes on exactly where
/// the target stands. Several partitions are written at once, each in order. What can heal is tried
/// again for ever, and said; what cannot becomes a dead letter; what would make the target wrong
/// stops the domain.
public final class ApplyRunner implements AutoCloseable {
  private static final Duration CLOSE = Duration.ofSeconds(30);

  private final DomainPlan domain;
  private final ContractReader reader;
  private final WriterPool pool;
  private final Thread thread;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// What apply is given to work with; none of it is closed by it.
  ///
  /// @param registry of the contract's schemas
  public record Surroundings(
      TargetConnections target,
      Registry registry,
      DeadLetterSink deadLetters,
      ApplyListener listener,
      InstantSource clock) {}

  public ApplyRunner(DomainPlan domain, ApplySettings settings, Surroundings surroundings) {
    this.domain = domain;
    this.pool = new WriterPool(domain, settings, surroundings);
    this.reader = new ContractReader(domain, settings, pool);
    this.thread = Thread.ofPlatform().name("apply-" + domain.name()).unstarted(reader);
  }

  public ApplyRunner start() {
    thread.start();
    return this;
  }

  /// Where each assigned partition stands. Any thread may ask.
  public ApplyStatus status() {
    var partitions = new TreeMap<Integer, ApplyStatus.Partition>();
    reader.works().forEach(work -> partitions.put(work.partition(), work.status()));
    return new ApplyStatus(domain.name(), pool.stopped(), partitions);
  }

  /// Lets the transactions at hand end, leaves the group, closes the connections.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    reader.stop();
    try {
      if (thread.isAlive()) {
        thread.join(CLOSE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    pool.close();
  }
}

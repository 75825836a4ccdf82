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
  private final ApplyGate gate;
  private final Thread thread;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// What apply is given to work with; none of it but the gate is closed by it.
  ///
  /// @param registry of the contract's schemas
  /// @param gate asked while the tables stand beside those of the spec
  public record Surroundings(
      TargetConnections target,
      Registry registry,
      DeadLetterSink deadLetters,
      ApplyListener listener,
      InstantSource clock,
      ApplyGate gate) {
    /// Nobody is asked.
    public Surroundings(
        TargetConnections target,
        Registry registry,
        DeadLetterSink deadLetters,
        ApplyListener listener,
        InstantSource clock) {
      this(target, registry, deadLetters, listener, clock, ApplyGate.OPEN);
    }
  }

  /// @throws org.apache.kafka.common.KafkaException if no client of Kafka can be made now; nothing
  ///     is left open then
  public ApplyRunner(DomainPlan domain, ApplySettings settings, Surroundings surroundings) {
    this.domain = domain;
    this.gate = surroundings.gate;
    this.pool = new WriterPool(domain, settings, surroundings);
    this.reader = reader(domain, settings, pool);
    this.thread = Thread.ofPlatform().name("apply-" + domain.name()).unstarted(reader);
  }

  private static ContractReader reader(DomainPlan domain, ApplySettings settings, WriterPool pool) {
    try {
      return new ContractReader(domain, settings, pool);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  public ApplyRunner start() {
    thread.start();
    return this;
  }

  /// Where each assigned partition stands. Any thread may ask.
  public ApplyStatus status() {
    var partitions = new TreeMap<Integer, ApplyStatus.Partition>();
    reader.works().forEach(work -> partitions.put(work.partition(), work.status()));
    return new ApplyStatus(domain.name(), pool.ending(), pool.stopped(), partitions);
  }

  /// Whether somebody still reads for the writers, or never began to.
  public boolean isAlive() {
    return thread.getState() != Thread.State.TERMINATED;
  }

  /// Whether its reader reaches Kafka.
  public boolean isConnected() {
    return reader.isConnected();
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
    gate.close();
  }
}

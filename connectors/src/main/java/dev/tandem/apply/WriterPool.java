package dev.tandem.apply;

import dev.tandem.apply.ApplyRunner.Surroundings;
import dev.tandem.apply.ApplyStatus.Ending;
import dev.tandem.apply.ApplyStatus.State;
import dev.tandem.apply.PartitionWork.Tools;
import dev.tandem.clients.KafkaClients;
import dev.tandem.fatal.Fatal;
import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.RegistryException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A few writers, each with a connection of its own, that do the partitions' work: a partition is
/// worked by one of them at a time.
///
/// A failure is judged here: what can heal is tried again with growing pauses; anything else stops
/// the domain.
final class WriterPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriterPool.class);

  private final DomainPlan domain;
  private final ApplyListener listener;
  private final Pacing pacing;
  private final Admin admin;
  private final ScheduledExecutorService threads;
  private final BlockingQueue<Tools> idle;
  private final Map<PartitionWork, Integer> attempts = new ConcurrentHashMap<>();
  private volatile String stopped = "";
  private volatile Ending ending = Ending.NONE;
  private volatile boolean closing;

  WriterPool(DomainPlan domain, ApplySettings settings, Surroundings surroundings) {
    this.domain = domain;
    this.listener = surroundings.listener();
    this.pacing = new Pacing(surroundings.gate(), surroundings.clock());
    admin = KafkaClients.admin(new HashMap<String, Object>(settings.kafka()));
    idle = new ArrayBlockingQueue<>(settings.writers());
    var guard = new PoisonGuard();
    for (int i = 0; i < settings.writers(); i++) {
      idle.add(tools(settings, surroundings, guard));
    }
    threads =
        Executors.newScheduledThreadPool(
            settings.writers(),
            Thread.ofPlatform().name("apply-" + domain.name() + "-writer-", 0).factory());
  }

  private Tools tools(ApplySettings settings, Surroundings surroundings, PoisonGuard guard) {
    var topics = domain.topics();
    var checkpoints =
        new CheckpointTable(
            topics.migration(), topics.domain(), domain.generation(), topics.outboxOf());
    String name =
        "tandem " + topics.migration() + "." + topics.domain() + " apply " + domain.generation();
    var applier =
        new BatchApplier(
            domain,
            checkpoints,
            new ContractDecoder(domain, surroundings.registry()),
            new BatchApplier.Outlets(
                surroundings.deadLetters(), listener, guard, surroundings.clock()));
    return new Tools(
        new TargetSession(surroundings.target(), settings.limits(), name),
        applier,
        new TakeOver(domain, checkpoints, new ContractTopic(admin, topics.contract())),
        checkpoints);
  }

  /// Why the domain does no more work, empty while it does.
  String stopped() {
    return stopped;
  }

  ApplyListener listener() {
    return listener;
  }

  /// Shared by the partitions.
  Pacing pacing() {
    return pacing;
  }

  /// Works a partition until it has nothing to do, unless it is being worked already.
  void submit(PartitionWork work) {
    if (stopped.isEmpty() && !closing && attempts.putIfAbsent(work, 0) == null) {
      schedule(work, Duration.ZERO);
    }
  }

  Ending ending() {
    return ending;
  }

  void stop(Ending kind, String reason) {
    if (stopped.isEmpty()) {
      ending = kind;
      stopped = reason;
      LOG.error("domain {} stops: {}", domain.name(), reason);
      listener.stopped(domain.name(), reason);
    }
  }

  private void schedule(PartitionWork work, Duration pause) {
    try {
      ScheduledFuture<?> _ =
          threads.schedule(() -> run(work), pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      attempts.remove(work);
    }
  }

  private void run(PartitionWork work) {
    if (closing || !stopped.isEmpty() || work.isDropped()) {
      attempts.remove(work);
      return;
    }
    Tools tools = Objects.requireNonNull(idle.poll(), "as many writers as threads");
    try {
      State before = work.state();
      work.run(tools);
      healed(work);
      if (before != State.FENCED && work.state() == State.FENCED) {
        LOG.warn(
            "partition {} of domain {} was taken over by another instance; this one leaves it",
            work.partition(),
            domain.name());
        listener.fenced(domain.name(), work.partition());
      }
    } catch (SQLException e) {
      again(work, FailureText.of(e));
      return;
    } catch (RegistryException | KafkaException e) {
      again(work, Objects.toString(e.getMessage(), e.getClass().getSimpleName()));
      return;
    } catch (DomainStoppedException | WatermarkRule.ReplayedException e) {
      stop(Ending.FINDING, Objects.toString(e.getMessage(), ""));
    } catch (RuntimeException | Error e) {
      Fatal.raise(e);
      LOG.error("apply of domain {}, partition {}", domain.name(), work.partition(), e);
      stop(
          Ending.ERROR,
          "unexpected " + Fatal.kind(e) + " in partition " + work.partition() + "; see the log");
    } finally {
      idle.add(tools);
    }
    goOn(work);
  }

  private void goOn(PartitionWork work) {
    if (work.hasWork()) {
      schedule(work, Duration.ZERO);
    } else {
      attempts.remove(work);
      // 1. found nothing to do 2. the reader queues and finds the work taken 3. it is given up
      if (work.hasWork()) {
        submit(work);
      }
    }
  }

  private void again(PartitionWork work, String reason) {
    if (!work.isWaiting()) {
      LOG.warn(
          "domain {}, partition {}: {}; trying again", domain.name(), work.partition(), reason);
    }
    work.waiting(reason);
    listener.waiting(domain.name(), work.partition(), reason);
    int attempt = attempts.merge(work, 1, Integer::sum);
    schedule(work, Backoff.DEFAULT.pause(attempt - 1, ThreadLocalRandom.current()));
  }

  private void healed(PartitionWork work) {
    if (work.isWaiting()) {
      work.waiting("");
      listener.waiting(domain.name(), work.partition(), "");
    }
    attempts.put(work, 0);
  }

  @Override
  public void close() {
    closing = true;
    threads.shutdown();
    try {
      if (!threads.awaitTermination(20, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException _) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
    idle.forEach(tools -> tools.session().close());
    admin.close(Duration.ofSeconds(5));
  }
}

package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.image.ImageState;
import dev.tandem.image.SortedBytes;
import dev.tandem.plan.DomainPlan;
import dev.tandem.reconcile.ReconcileListener.Step;
import dev.tandem.streams.BeforeCommit;
import dev.tandem.streams.Outgoing;
import dev.tandem.streams.RegistryPatience;
import dev.tandem.streams.StoreBytes;
import dev.tandem.streams.TakenBefore;
import dev.tandem.streams.Ticks;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergences;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReports;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.RegistryException;
import dev.tandem.wire.RepairRequest;
import dev.tandem.wire.RepairStop;
import dev.tandem.wire.RepairStops;
import dev.tandem.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One partition's [Reconciler] as a processor: decodes, hands over, and writes what comes out. It
/// holds no rule.
final class ReconcileProcessor implements Processor<byte[], byte[], byte[], Outgoing> {
  /// Between ticks without anything under way, at which it says how far it is.
  private static final Duration SELDOM = Duration.ofSeconds(1);

  private static final long SOONEST_NANOS = 100_000_000;
  private static final Logger LOG = LoggerFactory.getLogger(ReconcileProcessor.class);
  private final Setup setup;
  private @Nullable Task task;
  private @Nullable Ticks ticks;

  /// What the processors of a domain share.
  record Setup(
      DomainPlan plan,
      ReconcileConfig config,
      ReconcileTopology.Surroundings surroundings,
      Entities.KeyIds ids,
      SipHash hash,
      Codecs codecs,
      TakenBefore.Ids topics) {}

  /// How records are read and written.
  record Codecs(
      OutboxDecoder decoder,
      Divergences divergences,
      LagReports lags,
      RepairStops stops,
      RegistryPatience patience) {}

  ReconcileProcessor(Setup setup) {
    this.setup = setup;
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> context) {
    var made = new Task(context);
    task = made;
    BeforeCommit commit = context.getStateStore(ReconcileTopology.COMMIT);
    commit.run(made.reconciler::save);
    // A task whose transaction was lost is made again in place, and would leave the ticks of the
    // one before running, over state that was never committed.
    cancelTicks();
    ticks = Ticks.begin(context, setup.config.limits().every(), SELDOM, made::tick);
  }

  private void cancelTicks() {
    if (ticks != null) {
      ticks.cancel();
      ticks = null;
    }
  }

  @Override
  public void close() {
    cancelTicks();
    task = null;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Objects.requireNonNull(ticks, "not initialized").wake();
    Objects.requireNonNull(task, "not initialized").process(record);
  }

  /// What belongs to one assignment of the partition.
  private final class Task implements Reconciler.Outlet {
    private final ProcessorContext<byte[], Outgoing> context;
    private final Reconciler reconciler;
    private final int partition;

    /// The names that every record is compared with.
    private final String outbox = setup.plan.topics().outbox();

    private final String repairs = setup.plan.topics().repair();

    /// Timestamp of what is written, milliseconds since 1970-01-01T00:00Z.
    private long now;

    /// When a commit was asked for last, nanoseconds of the running machine.
    private long askedAt = System.nanoTime() - SOONEST_NANOS;

    private final TakenBefore taken;

    Task(ProcessorContext<byte[], Outgoing> context) {
      this.context = context;
      taken =
          new TakenBefore(setup.topics, store(ReconcileTopology.LEGACY + ReconcileTopology.MARKS));
      partition = context.taskId().partition();
      reconciler =
          new Reconciler(
              new Reconciler.Setting(
                  setup.plan,
                  partition,
                  setup.ids,
                  setup.hash,
                  setup.config.limits().step(),
                  setup.config.clock()),
              new ReconcileState(
                  image(ReconcileTopology.LEGACY),
                  image(ReconcileTopology.TARGET),
                  store(ReconcileTopology.ENTITIES),
                  store(ReconcileTopology.DUE)),
              new Reconciler.Surroundings(
                  this,
                  setup.surroundings.listener(),
                  new VerdictPosition(),
                  new FirstLook(Beginning.ofPresent()),
                  VersionChunks.SIZE));
    }

    private ImageState image(String side) {
      return new ImageState(
          store(side + ReconcileTopology.ROWS),
          store(side + ReconcileTopology.DELETED),
          store(side + ReconcileTopology.OPEN),
          store(side + ReconcileTopology.MARKS));
    }

    private SortedBytes store(String name) {
      KeyValueStore<Bytes, byte[]> store = context.getStateStore(name);
      return new StoreBytes(store);
    }

    boolean tick(long time) {
      now = time;
      boolean goesOn = reconciler.tick(time * 1000, setup.surroundings.ends().of(partition));
      commitIfWanted();
      return goesOn;
    }

    void process(Record<byte[], byte[]> record) {
      now = record.timestamp();
      RecordMetadata from = context.recordMetadata().orElseThrow();
      if (from.topic().equals(repairs)) {
        if (RepairRequest.isByHand(record.headers())) {
          reconciler.asked(record.key());
        }
        return;
      }
      boolean isOfLegacy = from.topic().equals(outbox);
      if (taken.holds(from, isOfLegacy ? reconciler.seenOfOutbox() : reconciler.seenOfObserved())) {
        return;
      }
      long start = System.nanoTime();
      OutboxRecord decoded = decode(from, record.value());
      long between = System.nanoTime();
      long offset = from.offset();
      if (isOfLegacy) {
        if (decoded == null) {
          reconciler.skipOutbox(offset);
        } else {
          reconciler.outbox(offset, decoded);
        }
      } else if (decoded == null) {
        reconciler.skipObserved(offset);
      } else {
        reconciler.observed(offset, decoded);
      }
      var listener = setup.surroundings.listener();
      listener.spent(Step.DECODE, between - start);
      listener.spent(isOfLegacy ? Step.EXPECT : Step.OBSERVE, System.nanoTime() - between);
      commitIfWanted();
    }

    private void commitIfWanted() {
      if (reconciler.wantsCommit()) {
        context.commit();
      }
    }

    private @Nullable OutboxRecord decode(RecordMetadata from, byte @Nullable [] value) {
      try {
        if (value == null) {
          throw new UndecodableException("a record without a value");
        }
        return setup.codecs.patience.ask(() -> setup.codecs.decoder.decode(value));
      } catch (UndecodableException e) {
        skipped(from, e);
      } catch (RegistryException e) {
        if (e.kind() == RegistryException.Kind.UNAVAILABLE) {
          throw e;
        }
        skipped(from, e);
      }
      return null;
    }

    private void skipped(RecordMetadata from, RuntimeException reason) {
      LOG.warn(
          "{}, partition {}, offset {} cannot be read and takes no part in verdicts: {}",
          from.topic(),
          from.partition(),
          from.offset(),
          reason.getMessage());
      setup.surroundings.listener().nameless("");
    }

    /// What is found is not held back until the next commit is due; nor does each of many have one
    /// of its own.
    private void commitSoon() {
      long at = System.nanoTime();
      if (at - askedAt >= SOONEST_NANOS) {
        askedAt = at;
        context.commit();
      }
    }

    private void forward(byte[] key, byte @Nullable [] value, String sink) {
      context.forward(new Record<>(key, new Outgoing(partition, value), now), sink);
    }

    @Override
    public void divergence(byte[] key, Divergence event) {
      forward(key, setup.codecs.divergences.encode(event), ReconcileTopology.DIVERGENCE_SINK);
      commitSoon();
    }

    @Override
    public void lag(LagReport report) {
      forward(
          text(report.domain() + "/" + report.partition()),
          setup.codecs.lags.encode(report),
          ReconcileTopology.LAG_SINK);
    }

    @Override
    public void repair(byte[] contractKey) {
      forward(contractKey, null, ReconcileTopology.REPAIR_SINK);
      commitSoon();
    }

    @Override
    public void stop(RepairStop stop) {
      forward(
          text("repairs/" + stop.domain() + "/" + stop.partition()),
          setup.codecs.stops.encode(stop),
          ReconcileTopology.CONTROL_SINK);
    }

    private static byte[] text(String key) {
      return key.getBytes(StandardCharsets.UTF_8);
    }
  }
}

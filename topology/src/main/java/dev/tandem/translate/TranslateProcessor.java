package dev.tandem.translate;

import dev.tandem.image.ImageState;
import dev.tandem.image.SortedBytes;
import dev.tandem.plan.DomainPlan;
import dev.tandem.streams.BeforeCommit;
import dev.tandem.streams.Outgoing;
import dev.tandem.streams.RegistryPatience;
import dev.tandem.streams.StoreBytes;
import dev.tandem.streams.TakenBefore;
import dev.tandem.streams.Ticks;
import dev.tandem.translate.TranslateListener.Step;
import dev.tandem.translate.TranslateOutput.Refusal;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.Framing;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.RegistryException;
import dev.tandem.wire.UndecodableException;
import dev.tandem.wire.VersionSwitch;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One partition's [Translation] as a processor: decodes, hands over, and writes what comes out. It
/// holds no rule.
final class TranslateProcessor implements Processor<byte[], byte[], byte[], Outgoing> {
  private static final Logger LOG = LoggerFactory.getLogger(TranslateProcessor.class);

  /// Between ticks without anything under way: Kafka forgets who has committed nothing for a week.
  private static final Duration SELDOM = Duration.ofMinutes(1);

  private final Setup setup;
  private @Nullable Task task;

  /// Of the task at hand.
  private @Nullable Ticks ticks;

  /// What the processors of a domain share.
  ///
  /// @param largest bytes that key and value of a record may have together
  record Setup(
      DomainPlan plan,
      ContractSchemas schemas,
      OutboxDecoder decoder,
      DeadLetters deadLetters,
      RegistryPatience patience,
      TakenBefore.Ids topics,
      TranslateConfig.Limits limits,
      int largest,
      TranslateListener listener) {}

  TranslateProcessor(Setup setup) {
    this.setup = setup;
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> context) {
    var made = new Task(context);
    task = made;
    BeforeCommit commit = context.getStateStore(TranslateTopology.COMMIT);
    commit.run(made.translation::save);
    // A task whose transaction was lost is made again in place, and would leave the ticks of the
    // one before running, over state that was never committed.
    cancelTicks();
    ticks =
        Ticks.begin(
            context,
            setup.limits.progressEvery(),
            SELDOM,
            now -> {
              made.now = now;
              boolean goesOn = made.translation.tick();
              made.commitIfWanted();
              return goesOn;
            });
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
  private final class Task implements TranslateOutput {
    private final ProcessorContext<byte[], Outgoing> context;
    private final Translation translation;
    private final Set<Integer> keyIds = setup.schemas.keyIds();
    private final int partition;

    /// The name that every record's topic is compared with.
    private final String repairs = setup.plan.topics().repair();

    /// Timestamp of what is written, milliseconds since 1970-01-01T00:00Z.
    private long now;

    /// Bytes of the record in hand that could not be read; null for any other.
    private byte @Nullable [] unread;

    private final TakenBefore taken;

    Task(ProcessorContext<byte[], Outgoing> context) {
      this.context = context;
      taken = new TakenBefore(setup.topics, store(TranslateTopology.PROGRESS));
      partition = context.taskId().partition();
      translation =
          new Translation(
              new Translation.Setting(
                  setup.plan,
                  partition,
                  setup.schemas,
                  setup.limits.baselineStep(),
                  new PoisonGuard(
                      setup.plan, setup.limits.poisonWindow(), context::currentSystemTimeMs),
                  setup.largest,
                  context::currentSystemTimeMs),
              new State(
                  new ImageState(
                      store(TranslateTopology.ROWS),
                      store(TranslateTopology.DELETED),
                      store(TranslateTopology.OPEN),
                      store(TranslateTopology.PROGRESS)),
                  store(TranslateTopology.CONTRACT_KEYS)),
              this,
              setup.listener);
    }

    private SortedBytes store(String name) {
      KeyValueStore<Bytes, byte[]> store = context.getStateStore(name);
      return new StoreBytes(store);
    }

    void process(Record<byte[], byte[]> record) {
      now = record.timestamp();
      RecordMetadata from = context.recordMetadata().orElseThrow();
      if (from.topic().equals(repairs)) {
        asked(record);
      } else if (!taken.holds(from, translation.seen())) {
        outbox(from.offset(), record.value());
      }
      commitIfWanted();
    }

    void commitIfWanted() {
      if (translation.wantsCommit()) {
        context.commit();
      }
    }

    private void outbox(long offset, byte @Nullable [] value) {
      long start = System.nanoTime();
      OutboxRecord decoded = decode(offset, value);
      long between = System.nanoTime();
      setup.listener.spent(Step.DECODE, between - start);
      if (decoded != null) {
        translation.accept(offset, decoded);
        setup.listener.spent(Step.TRANSLATE, System.nanoTime() - between);
      }
    }

    /// What there is to translate; null if that is nothing, which the translation then knows.
    private @Nullable OutboxRecord decode(long offset, byte @Nullable [] value) {
      try {
        if (value == null) {
          throw new UndecodableException("outbox record without a value");
        }
        if (setup.patience.ask(() -> setup.decoder.isOfVerification(value))) {
          translation.pass(offset);
          return null;
        }
        return setup.patience.ask(() -> setup.decoder.decode(value));
      } catch (UndecodableException e) {
        refuse(offset, value, e);
      } catch (RegistryException e) {
        if (e.kind() == RegistryException.Kind.UNAVAILABLE) {
          throw e;
        }
        refuse(offset, value, e);
      }
      return null;
    }

    private void refuse(long offset, byte @Nullable [] value, RuntimeException e) {
      unread = value;
      String cause = e.getCause() == null ? "" : e.getCause().toString();
      translation.undecodable(offset, new Refusal("", null, String.valueOf(e.getMessage()), cause));
      unread = null;
    }

    /// A request for a repair, or an order to publish a version or not.
    private void asked(Record<byte[], byte[]> record) {
      try {
        VersionSwitch.of(record.key(), record.headers())
            .ifPresentOrElse(this::turn, () -> repair(record.key()));
      } catch (UndecodableException e) {
        deadLetter(new Refusal("", record.key(), String.valueOf(e.getMessage()), ""));
        setup.listener.refused("");
      }
    }

    private void turn(VersionSwitch order) {
      if (translation.turn(order)) {
        LOG.info(
            "{}, partition {}: version {} of {} is published {}",
            setup.plan.name(),
            partition,
            order.version(),
            order.entity(),
            order.on() ? "again" : "no longer");
      }
    }

    private void repair(byte @Nullable [] key) {
      if (key == null || !isContractKey(key)) {
        deadLetter(new Refusal("", key, "repair of what is no key of this domain's contracts", ""));
        setup.listener.refused("");
        return;
      }
      translation.repair(key);
    }

    private boolean isContractKey(byte[] key) {
      try {
        return keyIds.contains(Framing.schemaId(key));
      } catch (UndecodableException _) {
        return false;
      }
    }

    @Override
    public void contract(byte[] key, byte @Nullable [] value, ContractPosition position) {
      context.forward(outgoing(key, value, position), TranslateTopology.CONTRACT_SINK);
    }

    @Override
    public void version(
        int version, byte[] key, byte @Nullable [] value, ContractPosition position) {
      context.forward(outgoing(key, value, position), TranslateTopology.versionSink(version));
    }

    private Record<byte[], Outgoing> outgoing(
        byte[] key, byte @Nullable [] value, ContractPosition position) {
      var headers = new RecordHeaders().add(ContractPosition.HEADER, position.encode());
      return new Record<>(key, new Outgoing(partition, value), now, headers);
    }

    @Override
    public void deadLetter(Refusal refusal) {
      byte[] key = refusal.key() == null ? new byte[0] : refusal.key();
      byte[] value = setup.deadLetters.encode(letter(refusal, unread));
      if (key.length + value.length > setup.largest) {
        // The record stays where the letter says.
        value = setup.deadLetters.encode(letter(refusal, null));
      }
      context.forward(
          new Record<>(key, new Outgoing(partition, value), now),
          TranslateTopology.DEAD_LETTER_SINK);
    }

    private DeadLetter letter(Refusal refusal, byte @Nullable [] record) {
      var from = context.recordMetadata();
      return new DeadLetter(
          DeadLetter.Stage.TRANSLATE,
          setup.plan.name(),
          refusal.entity(),
          from.map(RecordMetadata::topic).orElse(setup.plan.topics().outbox()),
          partition,
          from.map(RecordMetadata::offset).orElse(-1L),
          refusal.reason(),
          refusal.cause(),
          refusal.key(),
          setup.plan.isSensitive() ? null : record,
          now * 1000);
    }
  }
}

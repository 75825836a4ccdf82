package dev.tandem.diff;

import dev.tandem.evolution.SchemaGate;
import dev.tandem.image.ImageFeed;
import dev.tandem.image.ImageFeed.End;
import dev.tandem.image.ImageFeed.Phase;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.Placement;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import dev.tandem.image.TableUses;
import dev.tandem.plan.ContractData;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.rebuild.RetainedSweeps;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.RegistryException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/// Replays one partition of the outbox through two mappings, and compares what each makes of it at
/// its end. Not thread-safe.
///
/// ```
///   records ──▶ image by the mapping in use ──▶ records of the contract, by key ┐
///           └─▶ image by the other mapping ──▶ records of the contract, by key ─┴─▶ MappingDiff
/// ```
final class PartitionDiff {
  private static final int STEP = 1_000;
  private static final char WHOLE = 'W';
  private static final char REFUSED = 'R';
  private static final char UNKNOWN = 'U';

  private final DomainPlan before;
  private final DomainPlan after;
  private final ImageFeed beforeFeed;
  private final ImageFeed afterFeed;
  private final SortedBytes results;

  /// What has to stand whole in what is left; null where nothing was cut off.
  private @Nullable RetainedSweeps retained;

  /// What is compared.
  ///
  /// @param before the mapping in use
  record Mappings(DomainPlan before, DomainPlan after) {}

  /// @param partition of the outbox as the mapping in use has divided it
  PartitionDiff(Mappings mappings, int partition, ScratchStore store) {
    before = mappings.before;
    after = mappings.after;
    var here = new Placement.Here(partition, before.partitions());
    beforeFeed = feed(before, here, store, 0);
    afterFeed = feed(after, here, store, 1);
    results = store.part(255);
  }

  private static ImageFeed feed(
      DomainPlan plan, Placement.Here here, ScratchStore store, int name) {
    var uses = TableUses.ofLegacy(plan, SchemaGate.forComparing(plan));
    var setting = new ImageFeed.Setting(uses, here, plan.baselines(), STEP);
    return new ImageFeed(setting, store.image(name), new Silent());
  }

  /// The partition begins at an offset: what stood before was cut off, so that rows are missing
  /// unless a whole sweep of each table stands behind it (DESIGN invariant 14).
  void begin(long offset) {
    retained = offset == 0 ? null : RetainedSweeps.of(before);
  }

  void accept(long offset, OutboxRecord record) {
    if (retained != null && record instanceof Marker marker) {
      retained.meet(marker);
    }
    accept(beforeFeed, offset, record);
    accept(afterFeed, offset, record);
  }

  /// Nothing has to be committed in between.
  private static void accept(ImageFeed feed, long offset, OutboxRecord record) {
    feed.accept(offset, record);
    while (feed.isPurging()) {
      feed.purge();
    }
  }

  void skip(long offset) {
    beforeFeed.skip(offset);
    afterFeed.skip(offset);
  }

  /// Whether records of a transaction were read, but not its last.
  boolean isOpen() {
    return beforeFeed.isOpen() || afterFeed.isOpen();
  }

  /// Whether every table's first sweep has passed, and nothing was cut off that no later sweep has
  /// seen, so that what is there is known whole.
  boolean isWhole() {
    return (retained == null || retained.isWhole())
        && beforeFeed.phase() != Phase.MISSING
        && afterFeed.phase() != Phase.MISSING;
  }

  /// Puts down what was kept in memory.
  void save() {
    beforeFeed.save();
    afterFeed.save();
  }

  /// Compares; to be called once, when everything was read.
  ///
  /// @param diffs by entity
  void compare(Map<String, MappingDiff> diffs) {
    save();
    visit(beforeFeed, (entity, key, made) -> results.put(name(entity, key), encode(made)));
    visit(
        afterFeed,
        (entity, key, made) -> {
          byte[] name = name(entity, key);
          byte[] known = results.get(name);
          EntityPlan old = entity(before, entity.name());
          MappingDiff diff = diffs.get(entity.name());
          if (diff != null) {
            diff.add(key, known == null || old == null ? null : decode(known, old), made);
          }
          results.delete(name);
        });
    results.scan(
        new byte[0],
        (name, value) -> {
          rest(name, value, diffs);
          return true;
        });
    results.scan(
        new byte[0],
        (name, _) -> {
          results.delete(name);
          return true;
        });
  }

  /// What only the mapping in use makes.
  private void rest(byte[] name, byte[] value, Map<String, MappingDiff> diffs) {
    String text = new String(name, StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    EntityPlan entity = entity(before, text.substring(0, end));
    MappingDiff diff = diffs.get(text.substring(0, end));
    if (entity != null && diff != null) {
      diff.add(text.substring(end + 1), decode(value, entity), null);
    }
  }

  private static @Nullable EntityPlan entity(DomainPlan plan, String name) {
    return plan.entities().stream()
        .filter(entity -> entity.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private interface Taker {
    void take(EntityPlan entity, String key, Translated made);
  }

  private static void visit(ImageFeed feed, Taker taker) {
    TableUses tables = feed.image().tables();
    while (feed.phase() == Phase.SCANNING) {
      feed.scan(
          aggregate -> {
            byte[] key = aggregate.key().bytes();
            var rows = aggregate.rows(tables.sources(key), feed.image().rowBytes());
            if (rows != null) {
              translate(tables.entity(key), key, rows, taker);
            }
          });
    }
  }

  /// @param legacy the aggregate's key
  private static void translate(
      EntityPlan entity, byte[] legacy, LoadedAggregate.Rows rows, Taker taker) {
    String key;
    try {
      key = text(entity.mapping().key(rows.root()));
    } catch (RegistryException away) {
      throw away;
    } catch (RuntimeException nameless) {
      // An entity without a key is compared under that of its legacy rows.
      String name = "(no key) " + HexFormat.of().formatHex(legacy);
      taker.take(entity, name, new Translated.Refused(reason(nameless)));
      return;
    }
    taker.take(entity, key, translated(entity, rows));
  }

  private static Translated translated(EntityPlan entity, LoadedAggregate.Rows rows) {
    if (rows.isPartial()) {
      return new Translated.Unknown();
    }
    try {
      GenericRecord record = entity.mapping().project(rows.root(), rows.children());
      return new Translated.Whole(record, entity.mapping().tenant(record));
    } catch (RegistryException away) {
      throw away;
    } catch (RuntimeException refused) {
      return new Translated.Refused(reason(refused));
    }
  }

  /// A mapping in Java may throw anything.
  private static String reason(RuntimeException e) {
    return e instanceof MappingException
        ? String.valueOf(e.getMessage())
        : "the mapping failed with " + e.getClass().getName();
  }

  private static String text(GenericRecord key) {
    return key.getSchema().getFields().stream()
        .map(field -> field.name() + "=" + key.get(field.pos()))
        .collect(Collectors.joining(", "));
  }

  private static byte[] name(EntityPlan entity, String key) {
    return (entity.name() + '\0' + key).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] encode(Translated made) {
    var out = new ByteArrayOutputStream();
    try {
      switch (made) {
        case Translated.Unknown() -> out.write(UNKNOWN);
        case Translated.Refused(var reason) -> {
          out.write(REFUSED);
          out.write(reason.getBytes(StandardCharsets.UTF_8));
        }
        case Translated.Whole(var record, _) -> {
          out.write(WHOLE);
          var encoder = EncoderFactory.get().binaryEncoder(out, null);
          new GenericDatumWriter<GenericRecord>(record.getSchema(), ContractData.MODEL)
              .write(record, encoder);
          encoder.flush();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private final Map<Schema, GenericDatumReader<GenericRecord>> readers = new HashMap<>();

  private Translated decode(byte[] value, EntityPlan entity) {
    return switch ((char) value[0]) {
      case UNKNOWN -> new Translated.Unknown();
      case REFUSED ->
          new Translated.Refused(new String(value, 1, value.length - 1, StandardCharsets.UTF_8));
      default -> {
        Schema schema = entity.mapping().contract();
        var reader =
            readers.computeIfAbsent(
                schema, it -> new GenericDatumReader<>(it, it, ContractData.MODEL));
        try {
          GenericRecord record =
              reader.read(
                  null, DecoderFactory.get().binaryDecoder(value, 1, value.length - 1, null));
          yield new Translated.Whole(record, entity.mapping().tenant(record));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /// Nothing is said until everything was read.
  private static final class Silent implements ImageFeed.Listener {
    @Override
    public void ended(List<StateKey> aggregates, End end) {}

    @Override
    public void refused(EntityPlan entity, MappingException reason) {}
  }
}

package dev.tandem.translate;

import dev.tandem.image.MemoryBytes;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.PoisonLimit;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.Framing;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/// A domain's translation in memory: outbox records in, contract records and dead letters out, by
/// the rules and in the bytes of the application itself. All partitions are one. Not thread-safe.
public final class Rehearsal {
  private static final int STEP = 1000;

  /// So many dead letters are no flood here.
  private static final int WINDOW = 1 << 20;

  private final DomainPlan plan;
  private final MemoryRegistry registry = new MemoryRegistry();
  private final Map<Integer, EntityPlan> byKeySchema = new TreeMap<>();
  private final List<Written> written = new ArrayList<>();
  private final List<Published> published = new ArrayList<>();
  private final List<DeadLetter> deadLetters = new ArrayList<>();
  private final Translation translation;
  private long offset = -1;

  /// A record of the contract topic, as its bytes say it.
  ///
  /// @param value null for a deletion
  public record Written(String entity, GenericRecord key, @Nullable GenericRecord value) {}

  /// A record of another version's topic, as its bytes say it.
  ///
  /// @param key as in the contract topic
  /// @param value null for a deletion
  public record Published(
      String entity, int version, GenericRecord key, @Nullable GenericRecord value) {}

  public Rehearsal(DomainPlan domain) {
    plan = domain.over(domain.topics().outboxOf(), 1).limited(new PoisonLimit(Integer.MAX_VALUE));
    var schemas = ContractSchemas.register(plan, registry);
    plan.entities().forEach(entity -> byKeySchema.put(schemas.of(entity).key(), entity));
    translation =
        new Translation(
            new Translation.Setting(plan, 0, schemas, STEP, new PoisonGuard(plan, WINDOW, () -> 0)),
            new State(MemoryBytes.image(), new MemoryBytes()),
            new Output(),
            TranslateListener.NONE);
  }

  /// Takes the next outbox record.
  ///
  /// @throws dev.tandem.streams.DomainStoppedException where the application would stop
  public void accept(OutboxRecord record) {
    translation.accept(++offset, record);
  }

  /// Everything written so far, in order; progress markers left out.
  public List<Written> written() {
    return List.copyOf(written);
  }

  /// Everything written so far to the topics of other versions, in order.
  public List<Published> published() {
    return List.copyOf(published);
  }

  /// Everything that could not be translated so far, in order.
  public List<DeadLetter> deadLetters() {
    return List.copyOf(deadLetters);
  }

  private final class Output implements TranslateOutput {
    @Override
    public void contract(byte[] key, byte @Nullable [] value, ContractPosition position) {
      EntityPlan entity = byKeySchema.get(Framing.schemaId(key));
      if (entity != null) {
        written.add(new Written(entity.name(), read(key), value == null ? null : read(value)));
      }
    }

    @Override
    public void version(
        int version, byte[] key, byte @Nullable [] value, ContractPosition position) {
      EntityPlan entity = byKeySchema.get(Framing.schemaId(key));
      if (entity != null) {
        published.add(
            new Published(entity.name(), version, read(key), value == null ? null : read(value)));
      }
    }

    @Override
    public void deadLetter(Refusal refusal) {
      deadLetters.add(
          new DeadLetter(
              DeadLetter.Stage.TRANSLATE,
              plan.name(),
              refusal.entity(),
              plan.topics().outbox(),
              0,
              offset,
              refusal.reason(),
              refusal.cause(),
              refusal.key(),
              null,
              0));
    }
  }

  private GenericRecord read(byte[] framed) {
    Schema schema = registry.byId(Framing.schemaId(framed));
    var reader = new Texts(schema);
    try {
      var in =
          DecoderFactory.get()
              .binaryDecoder(framed, Framing.SIZE, framed.length - Framing.SIZE, null);
      return reader.read(null, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads texts as `String`, as mappings make them.
  private static final class Texts extends GenericDatumReader<GenericRecord> {
    private static final GenericData MODEL = model();

    Texts(Schema schema) {
      super(schema, schema, MODEL);
    }

    private static GenericData model() {
      var model = new GenericData();
      model.setFastReaderEnabled(false);
      model.addLogicalTypeConversion(new Conversions.DecimalConversion());
      return model;
    }

    @Override
    protected Class<?> findStringClass(Schema schema) {
      return String.class;
    }
  }
}

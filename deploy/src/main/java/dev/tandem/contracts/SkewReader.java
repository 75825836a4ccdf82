package dev.tandem.contracts;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.ReadConfig;
import dev.tandem.contract.CanonicalText;
import dev.tandem.contracts.VersionSkew.Beyond;
import dev.tandem.contracts.VersionSkew.InFlight;
import dev.tandem.contracts.VersionSkew.InTarget;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generations;
import dev.tandem.plan.ContractData;
import dev.tandem.wire.Framing;
import dev.tandem.wire.Registry;
import dev.tandem.wire.Topics;
import dev.tandem.wire.UndecodableException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Reads which versions are in use from the contract topics themselves: what stands behind a
/// generation's checkpoints is in flight, and what stands before was applied. A translation makes
/// one version of an entity for ever, so that one record tells it, and it is looked for once. Not
/// thread-safe.
public final class SkewReader implements AutoCloseable {
  /// Records of a partition that are looked at on either side of its checkpoint.
  static final int MOST = 2_000;

  private static final Duration READ = Duration.ofSeconds(10);
  private static final Duration TURN = Duration.ofMillis(200);
  private static final String KEY = "Key";

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Registry registry;
  private final Map<Integer, GenericDatumReader<GenericRecord>> values = new HashMap<>();

  /// What a translation makes of an entity, by topic and entity.
  private final Map<Made, Integer> made = new HashMap<>();

  /// Of each partition, up to where records were looked at that may tell it.
  private final Map<TopicPartition, Long> searched = new HashMap<>();

  private record Made(String topic, String entity) {}

  /// How far each generation is applied.
  public interface Checkpoints {
    /// Offset of the last contract record that was applied, by partition; none, or -1, where
    /// nothing was.
    Map<Integer, Long> of(Generation generation) throws SQLException;
  }

  /// @param client properties of Kafka clients
  public SkewReader(Map<String, Object> client, Registry registry) {
    this.registry = registry;
    consumer = KafkaClients.consumer(ReadConfig.turning(client));
  }

  @Override
  public void close() {
    consumer.close();
  }

  /// The version that a translation makes of an entity, as far as it has been met.
  public OptionalInt version(String topic, String entity) {
    Integer known = made.get(new Made(topic, entity));
    return known == null ? OptionalInt.empty() : OptionalInt.of(known);
  }

  /// @param contracts of all entities
  /// @throws dev.tandem.wire.RegistryException if a schema is not to be had
  /// @throws org.apache.kafka.common.KafkaException if Kafka does not answer
  public VersionSkew read(
      Collection<EntityContract> contracts, Generations generations, Checkpoints checkpoints)
      throws SQLException {
    var found = new Found();
    var byDomain = contracts.stream().collect(Collectors.groupingBy(it -> it.topics().domain()));
    for (var domain : byDomain.entrySet()) {
      for (Generation generation : generations.fed(domain.getKey())) {
        read(domain.getValue(), generation, checkpoints, found);
      }
    }
    return new VersionSkew(
        found.target,
        found.flight.entrySet().stream().map(it -> it.getKey().of(it.getValue())).toList(),
        found.beyond);
  }

  /// What is in flight of one kind.
  private record Kind(
      String domain, String entity, int generation, OptionalInt version, String tenant) {
    InFlight of(long records) {
      return new InFlight(domain, entity, generation, version, tenant, records);
    }
  }

  private static final class Found {
    private final List<InTarget> target = new ArrayList<>();
    private final Map<Kind, Long> flight = new HashMap<>();
    private final List<Beyond> beyond = new ArrayList<>();
  }

  private void read(
      List<EntityContract> contracts, Generation of, Checkpoints checkpoints, Found found)
      throws SQLException {
    Topics first = contracts.getFirst().topics();
    String topic =
        new Topics(first.migration(), first.domain(), Topics.SPEC, of.feed().translatedFor())
            .contract();
    Map<Integer, Long> applied = checkpoints.of(of);
    long beyond = 0;
    for (TopicPartition partition : partitions(topic)) {
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long start = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      long next = Math.max(start, applied.getOrDefault(partition.partition(), -1L) + 1);
      long until = Math.min(end, next + MOST);
      beyond += Math.max(0, end - Math.max(next, until));
      if (!areAllMade(topic, contracts)) {
        long back = Math.max(Math.max(start, next - MOST), searched.getOrDefault(partition, 0L));
        each(partition, back, Math.min(next, end), record -> meet(topic, contracts, record));
        searched.put(partition, Math.max(back, Math.min(next, end)));
      }
      each(partition, next, until, record -> fly(contracts, of, record, found));
    }
    for (EntityContract contract : contracts) {
      found.target.add(
          new InTarget(
              of.domain(),
              contract.entity(),
              of.number(),
              of.state(),
              version(topic, contract.entity())));
    }
    if (beyond > 0) {
      found.beyond.add(new Beyond(of.domain(), of.number(), beyond));
    }
  }

  private boolean areAllMade(String topic, List<EntityContract> contracts) {
    return contracts.stream().allMatch(it -> made.containsKey(new Made(topic, it.entity())));
  }

  private List<TopicPartition> partitions(String topic) {
    try {
      List<PartitionInfo> known = consumer.partitionsFor(topic);
      return known == null
          ? List.of()
          : known.stream()
              .map(it -> new TopicPartition(topic, it.partition()))
              .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
              .toList();
    } catch (UnknownTopicOrPartitionException _) {
      return List.of();
    }
  }

  private interface Taking {
    void take(ConsumerRecord<byte[], byte[]> record);
  }

  /// The records with a value from one offset to another, the latter not included.
  private void each(TopicPartition partition, long from, long until, Taking taking) {
    if (from >= until) {
      return;
    }
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    long deadline = System.nanoTime() + READ.toNanos();
    while (consumer.position(partition) < until && System.nanoTime() < deadline) {
      for (var record : consumer.poll(TURN)) {
        if (record.offset() < until && record.key() != null && record.value() != null) {
          taking.take(record);
        }
      }
    }
  }

  /// What was applied tells what the rows are of.
  private void meet(
      String topic, List<EntityContract> contracts, ConsumerRecord<byte[], byte[]> record) {
    entity(contracts, record)
        .ifPresent(
            it ->
                version(it, record.value())
                    .ifPresent(version -> made.put(new Made(topic, it.entity()), version)));
  }

  private void fly(
      List<EntityContract> contracts,
      Generation of,
      ConsumerRecord<byte[], byte[]> record,
      Found found) {
    entity(contracts, record)
        .ifPresent(
            it -> {
              byte[] value = record.value();
              var kind =
                  new Kind(
                      of.domain(), it.entity(), of.number(), version(it, value), tenant(it, value));
              found.flight.merge(kind, 1L, Long::sum);
            });
  }

  private OptionalInt version(EntityContract contract, byte[] value) {
    return schema(value).map(contract::versionOf).orElse(OptionalInt.empty());
  }

  /// The schema that bytes were written with; nothing where they are not framed.
  private Optional<Schema> schema(byte[] framed) {
    int id;
    try {
      id = Framing.schemaId(framed);
    } catch (UndecodableException _) {
      return Optional.empty();
    }
    return Optional.of(registry.byId(id));
  }

  /// By the name of the key's schema; nothing for progress markers.
  private Optional<EntityContract> entity(
      List<EntityContract> contracts, ConsumerRecord<byte[], byte[]> record) {
    return schema(record.key())
        .flatMap(
            key ->
                contracts.stream()
                    .filter(it -> key.getName().equals(it.entity() + KEY))
                    .findFirst());
  }

  private String tenant(EntityContract contract, byte[] value) {
    Schema schema = schema(value).orElse(null);
    Schema.Field field =
        schema == null ? null : contract.tenant().map(schema::getField).orElse(null);
    if (schema == null || field == null) {
      return "";
    }
    var reader =
        values.computeIfAbsent(
            Framing.schemaId(value),
            _ -> new GenericDatumReader<>(schema, schema, ContractData.MODEL));
    try {
      var bytes =
          DecoderFactory.get()
              .binaryDecoder(value, Framing.SIZE, value.length - Framing.SIZE, null);
      Object tenant = reader.read(null, bytes).get(field.pos());
      return tenant == null ? "" : CanonicalText.of(field.schema(), tenant);
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException _) {
      return "";
    }
  }
}

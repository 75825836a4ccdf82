package dev.tandem.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.clients.KafkaClients;
import dev.tandem.contracts.VersionSkew.InFlight;
import dev.tandem.contracts.VersionSkew.InTarget;
import dev.tandem.generation.Feed;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Generations;
import dev.tandem.generation.Place;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.version.VersionedContract;
import dev.tandem.wire.Framing;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two generations on a real broker, the live one of version 1 and one that is built of version 2.
class SkewReaderTest {
  private static final Topics FIRST = new Topics("shop", "crm");
  private static final Topics SECOND = new Topics("shop", "crm", Topics.SPEC, 2);
  private static final Schema KEY =
      new Schema.Parser()
          .parse(
              "{\"type\":\"record\",\"name\":\"CustomerKey\",\"fields\":[{\"name\":\"id\",\"type\":\"int\"}]}");
  private final MemoryRegistry registry = new MemoryRegistry();
  @TempDir Path directory;

  private static String version(String name) {
    return "{\"type\":\"record\",\"name\":\"Customer\",\"fields\":[{\"name\":\"id\",\"type\":\"int\"},"
        + "{\"name\":\"tenant\",\"type\":\"string\"},{\"name\":\""
        + name
        + "\",\"type\":\"string\"}]}";
  }

  private EntityContract contract() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("customer"));
    Files.writeString(folder.resolve("v1.avsc"), version("nm"));
    Files.writeString(folder.resolve("v2.avsc"), version("name"));
    Files.writeString(
        folder.resolve("steps.yaml"), "compatibility: none\n1-2: { up: { name: nm } }\n");
    var problems = new Problems();
    var contract =
        VersionedContract.load(folder, new Node.Place("test", 1, 1), "contract", problems)
            .orElseThrow(() -> new AssertionError(problems.all().toString()));
    return new EntityContract(
        FIRST, "Customer", folder, 2, List.of(), Optional.of("tenant"), contract);
  }

  @Test
  void shouldTellWhatRowsAreOfByGenerationAndWhatIsInFlightByTenant() throws Exception {
    var contract = contract();
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"))) {
      Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
      try (var admin = Admin.create(client)) {
        admin
            .createTopics(
                List.of(
                    new NewTopic(FIRST.contract(), 1, (short) 1),
                    new NewTopic(SECOND.contract(), 1, (short) 1)))
            .all()
            .get();
      }
      write(client, contract, FIRST.contract(), 1, "acme", "acme", "globex");
      write(client, contract, SECOND.contract(), 2, "acme", "globex", "globex");
      var live = new Generation("crm", 1, State.LIVE, Place.OF_SPEC, Note.NONE);
      var built =
          new Generation(
              "crm",
              2,
              State.BUILDING,
              new Place("tandem_shop_crm_2", 7),
              new Feed(2, "mapping", null),
              Note.NONE);
      try (var reader = new SkewReader(client, registry)) {
        VersionSkew skew =
            reader.read(
                List.of(contract),
                new Generations(List.of(live, built)),
                of -> Map.of(0, of.number() == 1 ? 2L : 0L));
        assertThat(skew.target())
            .containsExactly(
                new InTarget("crm", "Customer", 1, State.LIVE, OptionalInt.of(1)),
                new InTarget("crm", "Customer", 2, State.BUILDING, OptionalInt.of(2)));
        assertThat(skew.flight())
            .containsExactly(new InFlight("crm", "Customer", 2, OptionalInt.of(2), "globex", 2));
        assertThat(skew.beyond()).isEmpty();
        assertThat(reader.version(FIRST.contract(), "Customer")).hasValue(1);
      }
    }
  }

  @Test
  void shouldSayHowManyItHasNotLookedAtAndThatATopicWithoutRecordsTellsNothing() throws Exception {
    var contract = contract();
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"))) {
      Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
      try (var admin = Admin.create(client)) {
        admin.createTopics(List.of(new NewTopic(FIRST.contract(), 1, (short) 1))).all().get();
      }
      try (var reader = new SkewReader(client, registry)) {
        var none = reader.read(List.of(contract), Generations.NONE, _ -> Map.of());
        assertThat(none.target().getFirst().version()).isEmpty();
        String[] tenants = new String[SkewReader.MOST + 5];
        Arrays.fill(tenants, "acme");
        write(client, contract, FIRST.contract(), 1, tenants);
        var many = reader.read(List.of(contract), Generations.NONE, _ -> Map.of());
        assertThat(many.flight())
            .containsExactly(
                new InFlight("crm", "Customer", 1, OptionalInt.of(1), "acme", SkewReader.MOST));
        assertThat(many.beyond()).containsExactly(new VersionSkew.Beyond("crm", 1, 5));
      }
    }
  }

  private static byte[] bytes(int id, GenericRecord record) {
    var out = new ByteArrayOutputStream();
    byte[] frame = new byte[Framing.SIZE];
    Framing.write(frame, id);
    out.writeBytes(frame);
    try {
      var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private void write(
      Map<String, Object> client,
      EntityContract contract,
      String topic,
      int version,
      String... tenants) {
    Schema schema = contract.contract().folder().version(version);
    int keyId = registry.register(topic, KEY);
    int valueId = registry.register(topic, schema);
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(client)) {
      for (int i = 0; i < tenants.length; i++) {
        var key = new GenericData.Record(KEY);
        key.put("id", i);
        var value = new GenericData.Record(schema);
        value.put(0, i);
        value.put(1, tenants[i]);
        value.put(2, "x");
        var _ =
            producer.send(new ProducerRecord<>(topic, 0, bytes(keyId, key), bytes(valueId, value)));
      }
    }
  }
}

package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.running.MovingLegacy.Table;
import dev.tandem.wire.RegistryConfig;
import dev.tandem.wire.RegistryException;
import dev.tandem.wire.SchemaRegistryClient;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// A migration at a registry that is not ours, read and written with Confluent's own serializers.
/// The profile `ecosystem` brings both, and says in `tandem.ecosystem` where they are.
@Tag("nightly")
@EnabledIfSystemProperty(named = "tandem.ecosystem", matches = ".+")
class ForeignRegistryTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ECOSYSTEM = Path.of(System.getProperty("tandem.ecosystem", "."));
  private static final String FIELDS =
      """
      {"name": "id", "type": "int"}, {"name": "touched", "type": "long"},
      {"name": "name", "type": ["null", "string"], "default": null},
      {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
      {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
      {"name": "uid", "type": {"type": "string", "logicalType": "uuid"}},
      {"name": "mood", "type": {"type": "enum", "name": "Mood", "symbols": ["GOOD", "BAD"]}}""";
  private static final Table TABLE =
      new Table(
          "thing",
          "id int PRIMARY KEY, touched int NOT NULL, name text, amount numeric(12,2) NOT NULL"
              + " DEFAULT 1.25, at timestamptz NOT NULL DEFAULT '2024-07-01 12:00:00.123456+02',"
              + " uid uuid NOT NULL DEFAULT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',"
              + " mood text NOT NULL DEFAULT 'GOOD'",
          FIELDS,
          "id int PRIMARY KEY, touched bigint NOT NULL, name text, amount numeric(12,2) NOT NULL,"
              + " at timestamptz NOT NULL, uid uuid NOT NULL, mood text NOT NULL",
          "id: id, touched: touched, name: name, amount: { decimal: amount }, at: at, uid: uid,"
              + " mood: { enum: mood }");

  @TempDir private Path directory;

  /// Of a record.
  private enum Part {
    KEY,
    VALUE
  }

  /// Confluent's serializers, from a jar that holds them with all that they need: what is on the
  /// class path here goes before.
  private static final class Confluent implements AutoCloseable {
    private final URLClassLoader loader;
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final Map<String, Object> config;

    Confluent(String registry) throws Exception {
      URL jar = ECOSYSTEM.resolve("pinot-confluent-avro-shaded.jar").toUri().toURL();
      loader = new URLClassLoader(new URL[] {jar}, ForeignRegistryTest.class.getClassLoader());
      // By which Kafka looks for classes that are named in properties.
      Thread.currentThread().setContextClassLoader(loader);
      String strategy = "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy";
      config =
          Map.of(
              "schema.registry.url", registry,
              "key.subject.name.strategy", strategy,
              "value.subject.name.strategy", strategy,
              "auto.register.schemas", false);
    }

    @SuppressWarnings("unchecked") // That is what it is.
    Deserializer<Object> deserializer(Part of) throws Exception {
      var made = (Deserializer<Object>) make("KafkaAvroDeserializer");
      made.configure(config, of == Part.KEY);
      return made;
    }

    /// One that registers nothing.
    Serializer<Object> serializer(Part of) throws Exception {
      return serializer(config, of);
    }

    /// One of values that registers their schemas.
    Serializer<Object> registering() throws Exception {
      var own = new HashMap<>(config);
      own.put("auto.register.schemas", true);
      return serializer(own, Part.VALUE);
    }

    @SuppressWarnings("unchecked") // That is what it is.
    private Serializer<Object> serializer(Map<String, Object> how, Part of) throws Exception {
      var made = (Serializer<Object>) make("KafkaAvroSerializer");
      made.configure(how, of == Part.KEY);
      return made;
    }

    private Object make(String name) throws Exception {
      return loader
          .loadClass("io.confluent.kafka.serializers." + name)
          .getDeclaredConstructor()
          .newInstance();
    }

    @Override
    public void close() throws Exception {
      Thread.currentThread().setContextClassLoader(before);
      loader.close();
    }
  }

  @Test
  void shouldWriteWhatConfluentsSerializersWriteAndReadAtARegistryThatIsNotOurs() throws Exception {
    try (var server = registry();
        var legacy = new MovingLegacy(directory, List.of(), List.of(TABLE));
        var load = legacy.load();
        var confluent = new Confluent(server.url())) {
      // Its default is none.
      server.send("PUT", "/config", "{\"compatibility\": \"BACKWARD\"}");
      legacy.legacy(
          "INSERT INTO thing (id, touched, name) SELECT i, 0, 'n' || i FROM generate_series(1, 50) i");
      Path spec = legacy.spec(Map.of());
      String text = Files.readString(spec);
      Files.writeString(
          spec,
          text.replaceFirst(
              "registry: \\{ url: \"[^\"]+\" }", "registry: { url: \"" + server.url() + "\" }"));
      try (var _ = legacy.run(spec)) {
        legacy.awaitEqual("thing", "SELECT id, touched, name FROM thing", load);
        legacy.legacy(
            "ALTER TABLE thing ADD COLUMN extra int NOT NULL DEFAULT 3",
            "UPDATE thing SET name = NULL, extra = 4 WHERE id < 10",
            // No reader of the one form reads the other: rows of a table need not be compatible.
            "ALTER TABLE thing ALTER COLUMN extra TYPE text",
            "UPDATE thing SET touched = 7, mood = 'BAD' WHERE id < 10",
            "DELETE FROM thing WHERE id = 3");
        legacy.awaitEqual("thing", "SELECT id, touched, name FROM thing", load);
      }
      var client = Map.<String, Object>copyOf(legacy.migration(spec).kafka().objects());
      for (String topic :
          List.of(
              "moving.thing.outbox",
              "moving.thing.observed",
              "moving.thing.contract",
              "moving.reconciliation-lag",
              "moving.control")) {
        int framed = compare(server, confluent, topic, client);
        System.out.printf("%s: %d framed keys and values%n", topic, framed);
        if (!topic.equals("moving.control")) {
          assertThat(framed).as(topic).isPositive();
        }
      }
    }
  }

  /// Rows of tables may have subjects of their own, which no strategy of a serializer finds.
  private static boolean isOfRows(String topic) {
    return topic.endsWith(".outbox") || topic.endsWith(".observed");
  }

  /// Each key and each value that is framed: read by Confluent's deserializer, made again by its
  /// serializer where others may write such records, and made again by the published format alone,
  /// it is the same bytes.
  private static int compare(
      RegistryProcess server, Confluent confluent, String topic, Map<String, Object> client)
      throws Exception {
    int framed = 0;
    var schemas = new TreeMap<Integer, Schema>();
    for (Part part : Part.values()) {
      try (var deserializer = confluent.deserializer(part);
          var serializer = confluent.serializer(part)) {
        for (var record : records(topic, client)) {
          byte[] bytes = part == Part.KEY ? record.key() : record.value();
          if (bytes == null || bytes.length < 5 || bytes[0] != 0) {
            continue;
          }
          framed++;
          Object read = deserializer.deserialize(topic, bytes);
          if (!isOfRows(topic)) {
            assertThat(serializer.serialize(topic, read)).as(topic).isEqualTo(bytes);
          }
          int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
          if (!schemas.containsKey(id)) {
            String answer = server.send("GET", "/schemas/ids/" + id, "");
            schemas.put(
                id, new Schema.Parser().parse(JSON.readTree(answer).path("schema").asText()));
          }
          assertThat(published(id, (GenericRecord) read, schemas.get(id)))
              .as(topic)
              .isEqualTo(bytes);
        }
      }
    }
    return framed;
  }

  /// A zero, the schema's id in four bytes, the highest first, and the record as Avro's binary
  /// encoding has it. Source: Confluent Schema Registry, "Wire format".
  private static byte[] published(int id, GenericRecord record, Schema schema) throws Exception {
    var out = new ByteArrayOutputStream();
    out.write(0);
    out.write(id >>> 24);
    out.write(id >>> 16);
    out.write(id >>> 8);
    out.write(id);
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(
      String topic, Map<String, Object> client) {
    var all = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    var properties = new HashMap<>(client);
    properties.put("isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }

  @Test
  void shouldReadWhatConfluentsSerializersRegisterWithReferencesToo() throws Exception {
    try (var server = registry();
        var confluent = new Confluent(server.url());
        var serializer = confluent.registering()) {
      var plain =
          new Schema.Parser()
              .parse(
                  "{\"type\":\"record\",\"name\":\"Place\",\"namespace\":\"shop\",\"fields\":["
                      + "{\"name\":\"town\",\"type\":\"string\"}]}");
      var place = new GenericData.Record(plain);
      place.put("town", "Jena");
      byte[] bytes = serializer.serialize("places", place);
      var client = client(server);
      int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
      assertThat(client.byId(id)).isEqualTo(plain);
      assertThat(published(id, place, client.byId(id))).isEqualTo(bytes);
      assertThat(client.register("places-shop.Place", plain)).isEqualTo(id);

      String order =
          "{\"type\":\"record\",\"name\":\"Order\",\"namespace\":\"shop\",\"fields\":["
              + "{\"name\":\"to\",\"type\":\"shop.Place\"}]}";
      var body = JSON.createObjectNode().put("schema", order);
      body.putArray("references")
          .addObject()
          .put("name", "shop.Place")
          .put("subject", "places-shop.Place")
          .put("version", 1);
      String answer = server.send("POST", "/subjects/orders/versions", body.toString());
      Schema read = client.byId(JSON.readTree(answer).path("id").asInt());
      assertThat(read.getField("to").schema()).isEqualTo(plain);
    }
  }

  @Test
  void shouldBeToldWhatIsIncompatibleAndKeepRowsOfTablesApartFromThat() throws Exception {
    try (var server = registry()) {
      server.send("PUT", "/config", "{\"compatibility\": \"BACKWARD\"}");
      var client = client(server);
      var number = Schema.createRecord("R", null, "shop", false, fields(Schema.Type.INT));
      var text = Schema.createRecord("R", null, "shop", false, fields(Schema.Type.STRING));
      int id = client.register("strict", number);
      assertThatThrownBy(() -> client.register("strict", text))
          .isInstanceOfSatisfying(
              RegistryException.class,
              refused -> assertThat(refused.kind()).isEqualTo(RegistryException.Kind.INCOMPATIBLE));
      assertThat(client.registerUnrelated("loose", number)).isEqualTo(id);
      assertThat(client.registerUnrelated("loose", text)).isNotEqualTo(id);
      assertThatThrownBy(() -> client(server).byId(999_999))
          .isInstanceOfSatisfying(
              RegistryException.class,
              refused -> assertThat(refused.kind()).isEqualTo(RegistryException.Kind.UNAVAILABLE));
      // What the whole registry asks for goes before a subject's NONE.
      assertThat(client.subjects())
          .hasSize(3)
          .contains("strict", "loose")
          .anyMatch(subject -> subject.startsWith("loose."));
      client.delete("loose");
      assertThat(client.subjects()).doesNotContain("loose");
    }
  }

  private static List<Schema.Field> fields(Schema.Type type) {
    return List.of(new Schema.Field("f", Schema.create(type)));
  }

  private static SchemaRegistryClient client(RegistryProcess server) {
    return new SchemaRegistryClient(
        RegistryConfig.of(Map.of("schema.registry.url", URI.create(server.url()).toString())));
  }

  private RegistryProcess registry() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    return RegistryProcess.start(
        ECOSYSTEM.resolve("apicurio-registry-app-all.tar.gz"), directory, port);
  }
}

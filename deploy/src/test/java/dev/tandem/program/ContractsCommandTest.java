package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.stack.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `tandem contracts` over a contract of two versions.
@SuppressWarnings("NullAway.Init") // The set-up sets the field before each use.
class ContractsCommandTest {
  @TempDir Path directory;
  private Path contract;

  @BeforeEach
  void contract() throws IOException {
    contract = Files.createDirectories(directory.resolve("contracts/customer"));
    write("v1.avsc", version("{\"name\": \"nm\", \"type\": \"string\"}"));
    write(
        "v2.avsc",
        version(
            "{\"name\": \"name\", \"type\": \"string\"},"
                + " {\"name\": \"note\", \"type\": [\"null\", \"string\"], \"default\": null}"));
    write("steps.yaml", "compatibility: none\n1-2: { up: { name: nm } }\n");
    spec("kafka:9092");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(contract.resolve(name), text);
  }

  private static String version(String fields) {
    return "{\"type\": \"record\", \"name\": \"Customer\", \"fields\": ["
        + "{\"name\": \"id\", \"type\": \"int\"}, "
        + fields
        + "]}";
  }

  private void spec(String kafka) throws IOException {
    Files.writeString(
        directory.resolve("shop.yaml"),
        """
        migration: shop
        kafka: { bootstrap.servers: "%s" }
        registry: { url: http://registry:8081 }
        domains:
          crm:
            partition-by: id
            entities:
              Customer:
                contract: contracts/customer
                version: 2
                publish: 1
        """
            .formatted(kafka));
  }

  private Ended tandem(String... arguments) {
    var all = new ArrayList<>(List.of("contracts", directory + "/shop.yaml"));
    all.addAll(List.of(arguments));
    return Ended.of(all.toArray(String[]::new));
  }

  @Test
  void shouldListEveryVersionWithItsTopic() throws IOException {
    assertThat(tandem("list").out().lines())
        .containsExactly(
            "crm/Customer  contracts/customer, none",
            "  v1     2 fields  shop.crm.contract.v1",
            "  v2     3 fields  shop.crm.contract, translated to");
    assertThat(tandem("list").err()).contains("which one is live cannot be asked");
    var listed = tandem("list", "--json").json().path("contracts").path(0);
    assertThat(listed.path("primary").asInt()).isEqualTo(2);
    assertThat(listed.path("versions").path(0).path("topic").asText())
        .isEqualTo("shop.crm.contract.v1");
    assertThat(listed.path("steps").toString())
        .isEqualTo(
            "[{\"from\":1,\"to\":2,\"loses\":[]},{\"from\":2,\"to\":1,\"loses\":[{\"field\":\"note\","
                + "\"why\":\"the other version does not hold it\"}]}]");
  }

  @Test
  void shouldShowAVersionAndWhatItsStepsLose() throws IOException {
    assertThat(tandem("show", "Customer").out().lines())
        .containsExactly(
            "Customer, version 2: Customer",
            "  id                       int",
            "  name                     string",
            "  note                     string or null",
            "step 1 to 2: loses nothing",
            "step 2 to 1: loses 1",
            "  note: the other version does not hold it");
    assertThat(tandem("show", "crm/Customer", "v1", "--json").json().path("fields").path(1))
        .hasToString("{\"name\":\"nm\",\"type\":\"string\"}");
  }

  @Test
  void shouldMoveReadersBetweenContractTopicsAlone() {
    assertThat(tandem("move", "billing", "shop.crm.contract.v1", "shop.crm.contrct").err())
        .contains(
            "expected a contract topic of the spec (shop.crm.contract, or of another version: .v1),"
                + " found 'shop.crm.contrct'");
    assertThat(tandem("move", "billing", "shop.crm.contract.x", "shop.crm.contract").code())
        .isEqualTo(2);
    assertThat(tandem("move", "billing", "shop.crm.contract").code()).isEqualTo(2);
  }

  @Test
  void shouldSayWhatDiffersAndWhoCanReadWhat() throws IOException {
    assertThat(tandem("diff", "Customer", "1", "2").out().lines())
        .containsExactly(
            "Customer, version 1 and version 2",
            "  - nm: string",
            "  + name: string",
            "  + note: string or null",
            "a reader of version 2 cannot read what version 1 wrote:"
                + " READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1",
            "a reader of version 1 cannot read what version 2 wrote:"
                + " READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1",
            "the steps from 1 to 2 lose nothing",
            "the steps from 2 to 1 lose",
            "  2 to 1: note: the other version does not hold it");
    var json = tandem("diff", "Customer", "2", "1", "--json").json();
    assertThat(json.path("losesThere").path(0).path("field").asText()).isEqualTo("note");
    assertThat(json.path("losesBack")).isEmpty();
  }

  @Test
  void shouldCheckEveryContractWithoutAStore() throws IOException {
    var sound = tandem("check");
    assertThat(sound.code()).isZero();
    assertThat(sound.out()).contains("Customer: none, in order").contains("step 1 to 2");
    write("steps.yaml", "compatibility: backward\n1-2: { up: { name: nmm } }\n");
    var wrong = tandem("check", "--json");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.json().path("ok").asBoolean()).isFalse();
    assertThat(wrong.json().path("problems").findValuesAsText("path"))
        .contains("1-2.up.name", "1-2.down.nm");
    assertThat(tandem("list").code()).isEqualTo(2);
    assertThat(tandem("list").err()).contains("steps.yaml:2:");
  }

  @Test
  void shouldRefuseWhatIsNoEntityVersionOrAction() {
    assertThat(tandem("show", "Custom").err()).contains("(Customer), found 'Custom'");
    assertThat(tandem("show", "Customer", "3").err()).contains("(1 to 2), found '3'");
    assertThat(tandem("diff", "Customer").err()).contains("expected 3 arguments, found 1");
    assertThat(tandem("burn").code()).isEqualTo(2);
  }

  @Test
  void shouldFindTheReadersOfEachVersionWithTheirLag() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"))) {
      spec(kafka.bootstrapServers());
      Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
      var first = new TopicPartition("shop.crm.contract.v1", 0);
      try (var admin = Admin.create(client)) {
        admin
            .createTopics(
                List.of(
                    new NewTopic("shop.crm.contract.v1", 2, (short) 1),
                    new NewTopic("shop.crm.contract", 2, (short) 1),
                    new NewTopic("elsewhere", 1, (short) 1)))
            .all()
            .get();
        write(client, "shop.crm.contract.v1", 5);
        write(client, "elsewhere", 1);
        admin
            .alterConsumerGroupOffsets("billing", Map.of(first, new OffsetAndMetadata(3)))
            .all()
            .get();
        admin
            .alterConsumerGroupOffsets(
                "stranger", Map.of(new TopicPartition("elsewhere", 0), new OffsetAndMetadata(1)))
            .all()
            .get();
      }
      var found = tandem("consumers", "--json").json().path("consumers");
      assertThat(found).hasSize(1);
      assertThat(found.path(0).path("group").asText()).isEqualTo("billing");
      assertThat(found.path(0).path("topic").asText()).isEqualTo("shop.crm.contract.v1");
      assertThat(found.path(0).path("members").asInt()).isZero();
      assertThat(found.path(0).path("lag").asLong()).isEqualTo(2);
      assertThat(found.path(0).at("/versions/Customer").asInt()).isEqualTo(1);
      assertThat(found.path(0).path("lastRead").asText())
          .isEqualTo(Instant.ofEpochMilli(1002).toString());
      assertThat(tandem("consumers").out().lines())
          .contains("shop.crm.contract  no group has a position in it")
          .anySatisfy(line -> assertThat(line).contains("billing").contains("lag 2"));
      assertThat(tandem("consumers").err())
          .contains("which versions are in use cannot be told: the spec does not say where");
    }
  }

  @Test
  void shouldFindReadersOfEveryKindOfGroupAndPassOverTopicsThatOnlySoundLikeOnes()
      throws Exception {
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"))) {
      spec(kafka.bootstrapServers());
      Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
      String topic = "shop.crm.contract.v1";
      try (var admin = Admin.create(client)) {
        admin
            .createTopics(
                List.of(
                    new NewTopic(topic, 1, (short) 1), new NewTopic(topic + ".DLT", 1, (short) 1)))
            .all()
            .get();
        write(client, topic, 5);
        admin
            .alterConsumerGroupOffsets(
                "retries", Map.of(new TopicPartition(topic + ".DLT", 0), new OffsetAndMetadata(0)))
            .all()
            .get();
        stream(client, topic);
        share(client, topic);
      }
      var found = tandem("consumers", "--json").json().path("consumers");
      assertThat(found).hasSize(2);
      assertThat(found.path(0).path("group").asText()).isEqualTo("sharing");
      assertThat(found.path(0).path("state").asText()).isEqualTo("empty");
      assertThat(found.path(1).path("group").asText()).isEqualTo("streaming");
      assertThat(found.path(1).path("lag").asLong()).isZero();
    }
  }

  /// Reads a topic with Streams' own protocol.
  private static void stream(Map<String, Object> client, String topic) {
    var read = new AtomicInteger();
    var builder = new StreamsBuilder();
    builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .foreach((_, _) -> read.incrementAndGet());
    var properties = new Properties();
    properties.putAll(client);
    properties.put("application.id", "streaming");
    properties.put("group.protocol", "streams");
    properties.put("auto.offset.reset", "earliest");
    try (var streams = new KafkaStreams(builder.build(), properties)) {
      streams.start();
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> read.get() == 5);
    }
  }

  /// Becomes a share group's member, as which it is given nothing of before.
  private static void share(Map<String, Object> client, String topic) throws Exception {
    var properties = new HashMap<String, Object>(client);
    properties.put("group.id", "sharing");
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaShareConsumer<>(properties, bytes, bytes);
        var admin = Admin.create(client)) {
      consumer.subscribe(List.of(topic));
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(200));
                var asked = Map.of("sharing", new ListShareGroupOffsetsSpec());
                return !admin
                    .listShareGroupOffsets(asked)
                    .partitionsToOffsetInfo("sharing")
                    .get()
                    .isEmpty();
              });
    }
  }

  /// Records written at 1000, 1001 and so on, milliseconds after 1970.
  private static void write(Map<String, Object> client, String topic, int count) throws Exception {
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<>(client, bytes, bytes)) {
      for (int i = 0; i < count; i++) {
        producer
            .send(new ProducerRecord<>(topic, 0, 1000L + i, new byte[] {1}, new byte[] {2}))
            .get();
      }
    }
  }
}

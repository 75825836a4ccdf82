package dev.tandem.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.chaos.Discreet.Said;
import dev.tandem.chaos.Mark.Place;
import dev.tandem.stack.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is looked through for what must not be told.
class DiscreetTest {
  @TempDir private Path directory;

  private static List<Said> said(Discreet.Source source) throws Exception {
    var said = new ArrayList<Said>();
    source.tell(said::add);
    return said;
  }

  private void write(String file, String... lines) throws Exception {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, List.of(lines));
  }

  @Test
  void shouldReadTheLogsOfMembersAndTheirDoublesAndNoData() throws Exception {
    write("shop/apply-1/log", "began", "ended");
    write("shop/apply-1/double/log", "is refused");
    write("shop/apply-1/state/log", "data");
    write("shop/shop.yaml", "a spec");
    assertThat(said(new LogFiles(directory)))
        .containsExactlyInAnyOrder(
            new Said(Place.LOG, "shop/apply-1", "began"),
            new Said(Place.LOG, "shop/apply-1", "ended"),
            new Said(Place.LOG, "shop/apply-1/double", "is refused"));
  }

  @Test
  void shouldReadOfAStoresLogWhatIsNotTheServersOwnDetail() throws Exception {
    write(
        "t/postgres.log",
        "2026-11-28 01:00 UTC [7] ERROR:  new row violates check constraint",
        "2026-11-28 01:00 UTC [7] DETAIL:  Failing row contains (Ann",
        "\tSmith).",
        "2026-11-28 01:00 UTC [7] STATEMENT:  INSERT INTO customer",
        "\tVALUES ('Ann')");
    assertThat(said(new LogFiles(directory)))
        .extracting(Said::text)
        .containsExactly(
            "2026-11-28 01:00 UTC [7] ERROR:  new row violates check constraint",
            "2026-11-28 01:00 UTC [7] STATEMENT:  INSERT INTO customer",
            "\tVALUES ('Ann')");
  }

  @Test
  void shouldReadKeysValuesAndHeadersOfEveryTopicAndOfAbortedTransactions() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"))) {
      Map<String, Object> clients = Map.of("bootstrap.servers", kafka.bootstrapServers());
      try (var admin = Admin.create(clients)) {
        admin
            .createTopics(
                List.of(
                    new NewTopic("shop.control", 2, (short) 1),
                    new NewTopic("shop.customers.outbox.2", 1, (short) 1)))
            .all()
            .get();
      }
      send(clients, new ProducerRecord<>("shop.control", 1, bytes("a key"), bytes("a value")));
      send(clients, new ProducerRecord<>("shop.customers.outbox.2", null, bytes("gone")));
      assertThat(said(new EveryTopic(clients)))
          .contains(
              new Said(Place.TOPIC, "shop.control", "a key\na value\na header\nof value"),
              new Said(Place.RECORDS, "shop.customers.outbox.2", "\ngone\na header\nof value"));
    }
  }

  private static void send(Map<String, Object> clients, ProducerRecord<byte[], byte[]> record) {
    var settings = new HashMap<>(clients);
    settings.put("transactional.id", "sender");
    record.headers().add("a header", bytes("of value"));
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var _ = producer.send(record);
      producer.flush();
      producer.abortTransaction();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

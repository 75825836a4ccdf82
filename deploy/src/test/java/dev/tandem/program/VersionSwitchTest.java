package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ledger.TopicReplay;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.operate.ActionBook;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.ContractPosition.Kind;
import dev.tandem.wire.Framing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A version that is published is switched off and on again by command, while the migration runs:
/// the target sees nothing of it, and who reads the version ends as the legacy table is.
class VersionSwitchTest {
  private static final String FIRST = "mini.items.contract.v1";

  @TempDir private Path directory;
  private Path spec = Path.of("");

  @Test
  void shouldSwitchAVersionOffAndOnWhileEverythingElseGoesOn() throws Exception {
    try (var mini = MiniMigration.start(directory)) {
      Migration migration = prepare(mini);
      try (var run = MigrationRun.start(migration, settings());
          var first =
              new Reader(directory.resolve("contracts/item/v1.avsc"), mini.bootstrapServers())) {
        mini.legacy("INSERT INTO item SELECT g, 'a' FROM generate_series(1, 200) g");
        awaitTarget(mini);
        await().untilAsserted(() -> assertThat(first.read()).isEqualTo(rows(mini)));

        assertThat(turn("off").out())
            .isEqualTo(
                "Item is published in "
                    + FIRST
                    + " no longer, from now on in each of 2 partitions\n");
        var listed = tandem("list", "--json").json().at("/contracts/0/versions");
        assertThat(listed.path(0).at("/off/why").asText()).isEqualTo("a test");
        assertThat(listed.path(1).has("off")).isFalse();
        assertThat(tandem("list").out()).contains(FIRST + ", off since 20").contains(": a test");
        var before = first.read();
        long records = first.records;
        mini.legacy(
            "DELETE FROM item WHERE no <= 50",
            "UPDATE item SET txt = 'b' WHERE no <= 100",
            "INSERT INTO item SELECT g, 'c' FROM generate_series(201, 300) g");
        awaitTarget(mini);
        assertThat(first.read()).isEqualTo(before).isNotEqualTo(rows(mini));
        assertThat(first.records).isEqualTo(records);

        assertThat(turn("on").out()).contains("published in " + FIRST + " again");
        mini.legacy(
            "UPDATE item SET txt = 'd' WHERE no BETWEEN 90 AND 120",
            "DELETE FROM item WHERE no = 300");
        awaitTarget(mini);
        await().untilAsserted(() -> assertThat(first.read()).isEqualTo(rows(mini)));
        assertThat(tandem("list").out()).doesNotContain("off since");
      }
      assertThat(new ActionBook(migration, Clock.systemUTC()).read())
          .extracting(action -> action.what() + " " + action.subject() + " " + action.detail())
          .containsExactly(
              "contracts.on " + FIRST + "/Item 2 partitions",
              "contracts.off " + FIRST + "/Item 2 partitions");
    }
  }

  @Test
  void shouldRefuseWhatIsReadWhatTheSpecDoesNotSayAndWhatHasNoReason() throws Exception {
    try (var mini = MiniMigration.start(directory)) {
      var migration = prepare(mini);
      assertThat(tandem("publish", "Item", "1", "off").err()).contains("--why: say why version 1");
      assertThat(tandem("publish", "Item", "2", "off", "--why", "x").err())
          .contains("beside the one it is translated to (1), found 2");
      assertThat(tandem("publish", "Item", "1", "out", "--why", "x").err())
          .contains("expected on or off, found 'out'");
      try (var reader = member(mini, FIRST)) {
        await()
            .until(
                () -> {
                  reader.poll(Duration.ofMillis(100));
                  return !reader.assignment().isEmpty();
                });
        reader.commitSync(Map.of(new TopicPartition(FIRST, 0), new OffsetAndMetadata(0)));
        var refused = turn("off");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("billing (members: 1)").contains("--despite-readers");
        assertThat(new ActionBook(migration, Clock.systemUTC()).read()).isEmpty();
        assertThat(tandem("publish", "Item", "1", "off", "--why", "x", "--despite-readers").code())
            .isZero();
      }
    }
  }

  /// Version 1 wants a number where version 2 has a text.
  @Test
  void shouldLetAMovedReaderSeeWhatItsVersionCouldNotTake() throws Exception {
    try (var mini = MiniMigration.start(directory)) {
      Migration migration =
          prepare(
              mini,
              "1-2: { up: { title: { cast: label } }, down: { label: { cast: title } } }",
              "int");
      try (var run = MigrationRun.start(migration, settings())) {
        mini.legacy("INSERT INTO item VALUES (1, '5'), (2, 'x'), (3, '7'), (4, 'y')");
        awaitTarget(mini);
        try (var reader = member(mini, FIRST)) {
          assertThat(read(reader, 2)).hasSize(2);
        }
        var moved = tandem("move", "billing", FIRST, "mini.items.contract");
        assertThat(moved.code()).as(moved.err()).isZero();
        assertThat(moved.out())
            .contains("2 entities that " + FIRST + " could not take, as dead letters say, come in");
        mini.legacy("INSERT INTO item VALUES (5, '9')");
        try (var reader = member(mini, "mini.items.contract")) {
          assertThat(read(reader, 3)).hasSize(3);
        }
      }
    }
  }

  /// The keys of so many records, progress markers aside.
  private static Set<ByteBuffer> read(KafkaConsumer<byte[], byte[]> reader, int count) {
    var keys = new HashSet<ByteBuffer>();
    await()
        .until(
            () -> {
              reader
                  .poll(Duration.ofMillis(100))
                  .forEach(
                      record -> {
                        if (ContractPosition.of(record.headers()).kind() == Kind.UPSERT) {
                          keys.add(ByteBuffer.wrap(record.key()));
                        }
                      });
              return keys.size() >= count;
            });
    reader.commitSync();
    return keys;
  }

  private Migration prepare(MiniMigration mini) throws Exception {
    return prepare(mini, "1-2: { up: { title: label } }", "string");
  }

  /// @param label type of the label in version 1
  private Migration prepare(MiniMigration mini, String steps, String label) throws Exception {
    spec =
        Files.writeString(
            directory.resolve("versions.yaml"),
            Files.readString(mini.spec()).replace("version: 1", "version: 2\n        publish: 1"));
    Path contract = directory.resolve("contracts/item");
    String first = Files.readString(contract.resolve("v1.avsc"));
    Files.writeString(contract.resolve("v2.avsc"), first.replace("\"label\"", "\"title\""));
    Files.writeString(
        contract.resolve("v1.avsc"),
        first.replace("\"label\", \"type\": \"string\"", "\"label\", \"type\": \"" + label + "\""));
    Files.writeString(contract.resolve("steps.yaml"), "compatibility: none\n" + steps + "\n");
    Files.writeString(spec, Files.readString(spec).replace("label: txt", "title: txt"));
    mini.target("ALTER TABLE new_item RENAME COLUMN label TO title");
    assertThat(Ended.of("setup", spec.toString()).code()).isZero();
    return MigrationReader.read(spec, Map.of());
  }

  private MigrationRun.Settings settings() {
    return new MigrationRun.Settings(
        EnumSet.of(Role.CAPTURE, Role.TRANSLATE, Role.APPLY),
        directory.resolve("state"),
        new Health(),
        new PipelineMetrics(new SimpleMeterRegistry(), "mini"),
        new LagRecorder());
  }

  private Ended turn(String word) {
    return tandem("publish", "Item", "v1", word, "--why", "a test");
  }

  private Ended tandem(String... words) {
    var all = new ArrayList<>(List.of("contracts", spec.toString()));
    all.addAll(List.of(words));
    return Ended.of(all.toArray(String[]::new));
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(200));
  }

  private static String rows(MiniMigration mini) throws Exception {
    return mini.query("legacy", "SELECT string_agg(no || '=' || txt, ' ' ORDER BY no) FROM item");
  }

  private static void awaitTarget(MiniMigration mini) {
    String sql = "SELECT string_agg(item_id || '=' || title, ' ' ORDER BY item_id) FROM new_item";
    await().untilAsserted(() -> assertThat(mini.query("target", sql)).isEqualTo(rows(mini)));
  }

  private static KafkaConsumer<byte[], byte[]> member(MiniMigration mini, String topic) {
    var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                mini.bootstrapServers(),
                "group.id",
                "billing",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }

  /// Keeps the newest of each key of the first version, as any reader does.
  private static final class Reader implements AutoCloseable {
    private final Map<ByteBuffer, byte[]> newest = new HashMap<>();
    private final TopicReplay replay;
    private final GenericDatumReader<GenericRecord> avro;
    private long records;

    Reader(Path contract, String kafka) throws IOException {
      replay = TopicReplay.whole(Map.of("bootstrap.servers", kafka), FIRST);
      avro = new GenericDatumReader<>(new Schema.Parser().parse(contract.toFile()));
    }

    /// In the form of the legacy rows.
    String read() {
      replay.toEnd(
          record -> {
            records++;
            if (record.value() == null) {
              newest.remove(ByteBuffer.wrap(record.key()));
            } else {
              newest.put(ByteBuffer.wrap(record.key()), record.value());
            }
          });
      var rows = new TreeMap<Integer, String>();
      newest.values().stream()
          .map(this::decoded)
          .forEach(row -> rows.put((Integer) row.get("itemId"), row.get("label").toString()));
      return rows.entrySet().stream()
          .map(row -> row.getKey() + "=" + row.getValue())
          .collect(Collectors.joining(" "));
    }

    private GenericRecord decoded(byte[] value) {
      int length = value.length - Framing.SIZE;
      try {
        return avro.read(
            null, DecoderFactory.get().binaryDecoder(value, Framing.SIZE, length, null));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      replay.close();
    }
  }
}

package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.contracts.ContractTopic;
import dev.tandem.contracts.GroupMove;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.PublishedVersion;
import dev.tandem.plan.Source;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.translate.TranslateApp;
import dev.tandem.translate.TranslateConfig;
import dev.tandem.translate.TranslateListener;
import dev.tandem.version.VersionedContract;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two translations of one outbox on a real broker, one to version 3 and one to version 4, each
/// with the others beside it: who reads one is moved to the other's topic of the same version,
/// wherever it stands, and sees every change once.
class GroupMoveTest {
  private static final int ACCOUNTS = 200;
  private static final Topics FIRST = new Topics("bank", "accounts");
  private static final Topics SECOND = new Topics("bank", "accounts", Topics.SPEC, 2);
  private static final Schema THIRD = TranslateAppTest.Accounts.CONTRACT;
  private static final Schema FOURTH =
      new Schema.Parser().parse(THIRD.toString().replace("\"balance\"", "\"amount\""));
  private final MemoryRegistry registry = new MemoryRegistry();
  private final OutboxEncoder encoder = new OutboxEncoder(registry, FIRST.outbox());
  private int transactions;
  @TempDir Path directory;

  /// Accounts in version 4.
  private record Amounts(TranslateAppTest.Accounts accounts) implements EntityMapping {
    @Override
    public Schema contract() {
      return FOURTH;
    }

    @Override
    public Schema key() {
      return accounts.key();
    }

    @Override
    public String partitionKey(Source source, Row row) {
      return accounts.partitionKey(source, row);
    }

    @Override
    public GenericRecord key(Row root) {
      return accounts.key(root);
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      GenericRecord third = accounts.project(root, children);
      var fourth = new GenericData.Record(FOURTH);
      for (int i = 0; i < 4; i++) {
        fourth.put(i, third.get(i));
      }
      return fourth;
    }

    @Override
    public Map<String, String> copies() {
      return Map.of();
    }

    @Override
    public String tenant(GenericRecord contract) {
      return "";
    }
  }

  @Test
  void shouldLetReadersOfEveryVersionGoOnInAnotherTranslation() throws Exception {
    try (var kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      make(admin);
      var contract = contract();
      var client = Map.of("bootstrap.servers", kafka.bootstrapServers());
      var readers = new ArrayList<VersionReader>();
      for (int version = 1; version <= 4; version++) {
        readers.add(reader(client, contract.folder().version(version), version));
      }
      try (var _ = translation(kafka, plan(contract, 3), "first")) {
        feed(kafka, 3);
        for (int version = 1; version <= 4; version++) {
          readers.get(version - 1).start(topic(FIRST, version, 3));
        }
        try (var _ = translation(kafka, plan(contract, 4), "second")) {
          feed(kafka, 3);
          Awaitility.await()
              .atMost(Duration.ofMinutes(3))
              .until(() -> readers.stream().allMatch(it -> it.records() > 4 * ACCOUNTS));
          for (int version = 1; version <= 4; version++) {
            VersionReader reader = readers.get(version - 1);
            reader.stop();
            move(client, reader.group(), topic(FIRST, version, 3), topic(SECOND, version, 4));
            reader.start(topic(SECOND, version, 4));
            feed(kafka, 1);
          }
          Awaitility.await()
              .atMost(Duration.ofMinutes(3))
              .untilAsserted(
                  () ->
                      assertThat(readers)
                          .allSatisfy(
                              reader -> {
                                assertThat(reader.wrong()).isEmpty();
                                assertThat(reader.records()).isEqualTo(10L * ACCOUNTS);
                              }));
        }
      } finally {
        for (VersionReader reader : readers) {
          reader.close();
        }
      }
      assertThat(
              admin
                  .listConsumerGroupOffsets("reader-1")
                  .partitionsToOffsetAndMetadata()
                  .get()
                  .keySet())
          .allMatch(at -> at.topic().equals(SECOND.contract(1)));
    }
  }

  private static void move(Map<String, String> client, String group, String from, String to)
      throws InterruptedException {
    try (var move = new GroupMove(Map.copyOf(client))) {
      var wish =
          new GroupMove.Wish(
              group,
              ContractTopic.of(List.of(FIRST), from).orElseThrow(),
              ContractTopic.of(List.of(FIRST), to).orElseThrow());
      assertThat(move.run(wish).reasons()).isEmpty();
      assertThat(move.run(wish).reasons())
          .anyMatch(reason -> reason.contains("found no position of it there"))
          .anyMatch(reason -> reason.contains("has not read " + to + " yet"));
    }
  }

  private static void make(Admin admin) throws Exception {
    var names =
        Stream.of(
            FIRST.outbox(),
            FIRST.repair(),
            FIRST.contract(),
            FIRST.contract(1),
            FIRST.contract(2),
            FIRST.contract(4),
            FIRST.deadLetter(),
            SECOND.repair(),
            SECOND.contract(),
            SECOND.contract(1),
            SECOND.contract(2),
            SECOND.contract(3),
            SECOND.deadLetter());
    admin.createTopics(names.map(name -> new NewTopic(name, 2, (short) 1)).toList()).all().get();
  }

  private VersionedContract contract() throws IOException {
    var folder = Files.createDirectories(directory.resolve("contract"));
    String third = THIRD.toString();
    Files.writeString(folder.resolve("v1.avsc"), third.replace("\"balance\"", "\"saldo\""));
    Files.writeString(folder.resolve("v2.avsc"), third.replace("\"filler\"", "\"fill\""));
    Files.writeString(folder.resolve("v3.avsc"), third);
    Files.writeString(folder.resolve("v4.avsc"), FOURTH.toString());
    Files.writeString(
        folder.resolve("steps.yaml"),
        """
        compatibility: none
        1-2: { up: { balance: saldo, fill: filler } }
        2-3: { up: { filler: fill } }
        3-4: { up: { amount: balance } }
        """);
    var problems = new Problems();
    return VersionedContract.load(folder, new Node.Place("test", 1, 1), "contract", problems)
        .orElseThrow(() -> new AssertionError(problems.all().toString()));
  }

  private static DomainPlan plan(VersionedContract contract, int primary) {
    var accounts = new TranslateAppTest.Accounts();
    DomainPlan plan =
        primary == 3
            ? TranslateAppTest.plan(FIRST, accounts)
            : TranslateAppTest.plan(SECOND, new Amounts(accounts));
    var versions =
        Stream.of(1, 2, 3, 4)
            .filter(version -> version != primary)
            .map(
                version ->
                    new PublishedVersion(
                        version,
                        contract.folder().version(version),
                        contract.chain().orElseThrow().between(primary, version)))
            .toList();
    return DomainPlan.first(
        plan.topics(),
        2,
        "id",
        plan.entities().stream().map(entity -> entity.publishing(versions)).toList());
  }

  private static String topic(Topics topics, int version, int primary) {
    return version == primary ? topics.contract() : topics.contract(version);
  }

  private VersionReader reader(Map<String, String> client, Schema schema, int version) {
    String number = List.of("saldo", "balance", "balance", "amount").get(version - 1);
    return new VersionReader(
        client, registry, new VersionReader.Form("reader-" + version, schema, "id", number));
  }

  private AutoCloseable translation(EmbeddedKafka kafka, DomainPlan plan, String state) {
    var config =
        TranslateConfig.of(
            Map.of("bootstrap.servers", kafka.bootstrapServers()), directory.resolve(state));
    return TranslateApp.start(plan, registry, config, TranslateListener.NONE);
  }

  /// So many changes of every account, ten accounts in a transaction.
  private void feed(EmbeddedKafka kafka, int rounds) {
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      if (transactions == 0) {
        for (int partition = 0; partition < 2; partition++) {
          var ended =
              new Marker(
                  Kind.SWEEP_ENDED, 1, TranslateAppTest.TABLE, "s", Snapshot.parse("5:5:"), 5);
          send(producer, partition, encoder.encode(ended));
        }
      }
      for (int round = 0; round < rounds * ACCOUNTS / 10; round++) {
        transaction(producer, transactions++);
      }
    }
  }

  private void transaction(KafkaProducer<byte[], byte[]> producer, int number) {
    long xid = 10L + number;
    int group = number % (ACCOUNTS / 10);
    for (int i = 0; i < 10; i++) {
      var row = TranslateAppTest.row(group * 10 + i, number / (ACCOUNTS / 10));
      var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid), i);
      var change = new Change(Op.UPDATE, position, i == 9, 5, TranslateAppTest.TABLE, null, row);
      send(producer, group % 2, encoder.encode(change, row.schema()));
    }
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, int partition, byte[] value) {
    var _ = producer.send(new ProducerRecord<>(FIRST.outbox(), partition, new byte[0], value));
  }
}

package dev.tandem.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Op;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxAuditTest {
  private static final TableId TABLE = TableId.parse("public.item");
  private static final RowSchema ROW =
      new RowSchema(TABLE, List.of(new RowSchema.Field("id", Carrier.INT, false)));
  private final MemoryRegistry registry = new MemoryRegistry();

  /// Whether a change is marked as its transaction's last.
  private enum End {
    MARKED,
    OPEN
  }

  private byte[] change(String topic, long after, long xid, End end) {
    var position = new ChangePosition(1, new Lsn(after), xid, new Lsn(after + 10), 0);
    var row = new Row(ROW, new Object[] {1});
    return new OutboxEncoder(registry, topic)
        .encode(new Change(Op.UPDATE, position, end == End.MARKED, 5, TABLE, null, row), ROW);
  }

  @Test
  void shouldCountWhatMustNotBeThere(@TempDir Path directory) throws Exception {
    try (var kafka = EmbeddedKafka.start(directory)) {
      Map<String, Object> clients = Map.of("bootstrap.servers", kafka.bootstrapServers());
      try (var admin = Admin.create(clients)) {
        admin
            .createTopics(
                List.of(new NewTopic("sound", 1, (short) 1), new NewTopic("not", 1, (short) 1)))
            .all()
            .get();
      }
      try (var producer =
          new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (byte[] value :
            List.of(change("sound", 100, 1, End.MARKED), change("sound", 200, 2, End.MARKED))) {
          producer.send(new ProducerRecord<>("sound", value)).get();
        }
        for (byte[] value :
            List.of(
                change("not", 200, 2, End.MARKED),
                change("not", 100, 1, End.MARKED),
                change("not", 200, 2, End.MARKED),
                change("not", 300, 3, End.OPEN),
                change("not", 400, 4, End.OPEN))) {
          producer.send(new ProducerRecord<>("not", value)).get();
        }
      }
      var audit = new OutboxAudit(clients, registry);
      var sound = audit.read("sound");
      assertThat(sound.isSound()).isTrue();
      assertThat(sound.changes()).isEqualTo(2);
      assertThat(sound.transactions()).containsExactly(1L, 2L);
      var unsound = audit.read("not");
      assertThat(unsound.isSound()).isFalse();
      assertThat(List.of(unsound.twice(), unsound.back(), unsound.unmarked(), unsound.open()))
          .containsExactly(1L, 1L, 1L, 1L);
      assertThatThrownBy(() -> audit.read("nothing"))
          .hasMessage("there is no topic nothing; fix: tandem setup SPEC");
    }
  }
}

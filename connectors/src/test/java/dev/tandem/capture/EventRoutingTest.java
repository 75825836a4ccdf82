package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.event.PayloadSchemas;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.PlanCompiler;
import dev.tandem.position.Lsn;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.spec.SpecReader;
import dev.tandem.table.Catalog;
import dev.tandem.table.TableId;
import dev.tandem.table.TableScript;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.RegistryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where events in Avro go whose payload names the aggregate.
class EventRoutingTest {
  private static final String SPEC =
      """
      migration: club
      legacy: { url: jdbc:postgresql://legacy/club, user: tandem, password: "${PW}" }
      target: { url: jdbc:postgresql://target/club, user: tandem, password: "${PW}" }
      kafka: { bootstrap.servers: kafka:9092 }
      registry: { url: http://registry:8081 }
      domains:
        orders:
          owner: { team: crm, contact: a@b }
          partition-by: orderNo
          objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
          entities:
            Order:
              contract: order
              from:
                outbox: outbox
                payload: avro
                identity: nr
                order: id
                after-reading: deleted
                fields: { nr: bigint }
              key: orderNo
              map: { orderNo: nr }
              to: { table: orders }
          sunset: { permanent: { because: reports, review: 2027-01-31 } }
      """;
  private static final Catalog LEGACY =
      TableScript.parse(
          """
          CREATE TABLE outbox (id bigint PRIMARY KEY, aggregatetype text NOT NULL,
            aggregateid text NOT NULL, type text NOT NULL, payload bytea);
          """);
  private static final Catalog TARGET =
      TableScript.parse("CREATE TABLE orders (order_no bigint PRIMARY KEY);");
  private static final RowSchema EVENTS =
      RowSchema.of(LEGACY.table(TableId.parse("outbox")).orElseThrow());
  private static final Schema WRITTEN =
      new Schema.Parser()
          .parse(
              "{\"type\": \"record\", \"name\": \"E\", \"fields\": [{\"name\": \"nr\", \"type\": \"long\"}]}");

  @TempDir private Path folder;

  @BeforeEach
  void writeContract() throws Exception {
    Files.writeString(
        Files.createDirectories(folder.resolve("order")).resolve("v1.avsc"),
        """
        {"type": "record", "name": "Order", "namespace": "club", "fields": [
          {"name": "orderNo", "type": "long"}]}
        """);
  }

  private List<Routing.Target> routed(byte[] payload, PayloadSchemas schemas) throws Exception {
    var read =
        SpecReader.read(Files.writeString(folder.resolve("club.yaml"), SPEC), Map.of("PW", "x"));
    var stores = new PlanCompiler.Stores(Optional.of(LEGACY), Optional.of(TARGET));
    MigrationPlan plan =
        PlanCompiler.compile(read.draft().orElseThrow(), stores, schemas, read.problems())
            .orElseThrow(() -> new AssertionError(read.problems().all()));
    var row = new Row(EVENTS, new Object[] {1L, "Order", "x", "changed", payload});
    return new Routing(plan, Side.LEGACY)
        .change(new CapturedChange(Op.INSERT, 1, Lsn.ZERO, 0, EVENTS, null, row), new Inserted());
  }

  @Test
  void shouldPlaceAnEventByItsPayloadAndRefuseOneThatDoesNotSayIt() throws Exception {
    assertThat(routed(new byte[] {0, 0, 0, 0, 7, 4}, _ -> WRITTEN))
        .singleElement()
        .isInstanceOf(Routing.Target.Outbox.class);
    assertThat(routed(new byte[] {0, 0, 0, 0, 7}, _ -> WRITTEN))
        .singleElement()
        .isInstanceOfSatisfying(
            Routing.Target.Refused.class,
            refused ->
                assertThat(refused.reason())
                    .isEqualTo("payload.nr: expected more bytes, found their end"));
  }

  /// Else the event would be lost: capture would go on behind it.
  @Test
  void shouldNotGoOnWhileTheRegistryIsAway() {
    PayloadSchemas away =
        _ -> {
          throw new RegistryException(RegistryException.Kind.UNAVAILABLE, "away");
        };
    assertThatThrownBy(() -> routed(new byte[] {0, 0, 0, 0, 7, 4}, away))
        .isInstanceOf(RegistryException.class);
  }
}

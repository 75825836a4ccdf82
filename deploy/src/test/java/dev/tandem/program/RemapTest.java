package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Workload;
import dev.tandem.ledger.DurableRecord;
import dev.tandem.ledger.Events;
import dev.tandem.wire.Divergences;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A domain of the running shop gets another mapping: translated anew from the outbox beside the
/// live one while people use it, promoted, taken back, promoted again, and the former one removed.
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class RemapTest {
  /// Texts of the example's spec, each with what the other mapping has instead.
  private static final Map<String, String> REMAPPED =
      Map.of(
          "values: { A: ACTIVE, I: INACTIVE, B: BLOCKED }",
          "values: { A: ACTIVE, I: BLOCKED, B: INACTIVE }",
          "balance:          { decimal: bal_cents, scale: 2 }",
          "balance:          { decimal: bal_cents, scale: 1 }");

  private static final String LIVE = "customers.contract.2";

  /// What a spec makes of the rows.
  ///
  /// @param phone the column that holds it
  private record Mapping(String inactive, String blocked, String parts, String phone) {
    static final Mapping OLD = new Mapping("INACTIVE", "BLOCKED", "100.0", "phone");
    static final Mapping NEW = new Mapping("BLOCKED", "INACTIVE", "10.0", "phone");

    Mapping renamed(String to) {
      return new Mapping(inactive, blocked, parts, to);
    }
  }

  @TempDir private Path directory;
  private RebuildStage stage;
  private Path other;

  @BeforeEach
  void start() throws Exception {
    stage = new RebuildStage(directory);
    other = stage.spec("other.yaml", REMAPPED);
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  @Test
  void shouldTranslateAnewPromoteTakeBackAndLeaveNothingOfTheFormerMapping() throws Exception {
    try (var _ = stage.run(stage.spec(), "state")) {
      stage.awaitCompared();
      assertTakesNoPartWithoutAGeneration();
      assertRefusals();
      var started = RebuildStage.tandem(other, starting("--live-spec", stage.spec().toString()));
      assertThat(started.err()).isEmpty();
      assertThat(started.out()).contains("generation 2 of customers is being built");
      try (var _ = stage.run(other, "other")) {
        try (var people = new Workload(stage::legacy, 2, Duration.ofMillis(20))) {
          people.start();
          assertThat(step(other, "promote", "--wait").out())
              .contains("generation 2 of customers is live");
        }
        stage.awaitAtRest(other);
        assertMade("crm", Mapping.NEW);
        assertMade("tandem_shop_customers_1", Mapping.OLD);
        assertThat(step(other, "status").out()).contains(LIVE);
        assertThat(RebuildStage.tandem(other, "contracts", "list").out())
            .contains("shop.customers.contract.2, translated to")
            .doesNotContain("shop.customers.contract, translated to");
        assertThat(RebuildStage.tandem(other, "contracts", "consumers").out())
            .contains("rows of customers/Customer, generation 2 (live): v")
            .contains("rows of customers/Customer, generation 1 (kept): v");

        try (var people = new Workload(stage::legacy, 2, Duration.ofMillis(20))) {
          people.start();
          assertThat(step(stage.spec(), "demote", "--wait").out())
              .contains("generation 1 of customers is live");
        }
        stage.awaitAtRest(stage.spec());
        stage.assertEqual();
        assertMade("tandem_shop_customers_2", Mapping.NEW);

        assertThat(stage.events("shop.divergence")).as("divergences of the live tables").isEmpty();
        assertThat(step(other, "promote", "--wait").out())
            .contains("generation 2 of customers is live");
        assertThat(stage.events("shop.divergence")).as("divergences of the live tables").isEmpty();
        leaveOpenOfTheFormerTables();
        readBySomebodyElse("shop.customers.contract");
        assertRefused(
            step(other, "cleanup"),
            "group billing (empty, 0 members) on shop.customers.contract, ",
            " records behind",
            "let them read shop.customers.contract.2");
        assertThat(stage.inKafka("shop\\.customers\\.contract")).hasSize(1);
        assertThat(step(other, "cleanup", "--although-read").err()).isEmpty();
        assertNothingLeft();
        stage.awaitAtRest(other);
        assertMade("crm", Mapping.NEW);
        assertThat(stage.events("shop.divergence"))
            .as("what was open of the former tables, which are gone, and nothing of the live ones")
            .containsExactly("FIELD_MISMATCH of Item OPENED", "FIELD_MISMATCH of Item CLOSED");
      }
    }
  }

  /// The outbox was cut off where a backfill of whole tables began. Behind that a column was added
  /// while the migration ran, another one renamed, a third dropped, and one before it: rows of each
  /// form stand in what is left, and the other mapping makes the same of them as of rows of today;
  /// what was deleted before does not come back. When the former mapping is gone, the new spec is
  /// all that is needed.
  @Test
  @Tag("nightly")
  void shouldTranslateAnewAcrossChangesOfTheLegacySchemaAndGoOnAlone() throws Exception {
    Map<String, String> going =
        Map.of("    tenant: tenantId\n", "    tenant: tenantId\n    on-schema-change: continue\n");
    try (var _ = stage.run(stage.spec("going.yaml", going), "state")) {
      stage.awaitCompared();
      stage.legacy("UPDATE cust_mst SET phone = ' 030 1 ' WHERE cust_no <= 100");
      stage.legacy("ALTER TABLE cust_mst ADD COLUMN remark text DEFAULT 'none'");
      stage.legacy("UPDATE cust_mst SET remark = 'x', bal_cents = 5 WHERE cust_no <= 50");
      stage.legacy("DELETE FROM cust_addr WHERE cust_no = 3");
      cutOffAtABackfill();
      stage.legacy("UPDATE cust_mst SET bal_cents = 6 WHERE cust_no BETWEEN 20 AND 70");
      stage.legacy("ALTER TABLE cust_mst ADD COLUMN grade int NOT NULL DEFAULT 3");
      stage.legacy("UPDATE cust_mst SET grade = 4, bal_cents = 7 WHERE cust_no BETWEEN 30 AND 80");
      stage.awaitAtRest(stage.spec());
    }
    stage.legacy("ALTER TABLE cust_mst RENAME COLUMN phone TO tel");
    stage.legacy("UPDATE cust_mst SET tel = '030 2' WHERE cust_no BETWEEN 40 AND 60");
    stage.legacy("ALTER TABLE cust_mst DROP COLUMN remark");
    stage.legacy("UPDATE cust_mst SET bal_cents = 8 WHERE cust_no BETWEEN 50 AND 90");
    stage.legacy("DELETE FROM cust_addr WHERE cust_no = 4");
    var renamed = new HashMap<>(going);
    renamed.put(
        "children: { addresses: { table: public.cust_addr, on: cust_no } }",
        "children: { addresses: { table: public.cust_addr, on: cust_no } }\n"
            + "          renamed: { phone: tel }");
    Path former = stage.spec("renamed.yaml", renamed);
    renamed.putAll(REMAPPED);
    Path remapped = stage.spec("remapped.yaml", renamed);
    try (var _ = stage.run(former, "state")) {
      assertThat(RebuildStage.tandem(remapped, starting("--live-spec", former.toString())).err())
          .isEmpty();
      try (var _ = stage.run(remapped, "other")) {
        try (var people = new Workload(stage::legacy, 2, Duration.ofMillis(20))) {
          people.start();
          assertThat(step(remapped, "promote", "--wait").out())
              .contains("generation 2 of customers is live");
        }
        stage.awaitAtRest(remapped);
        assertMade("crm", Mapping.NEW.renamed("tel"));
        assertMade("tandem_shop_customers_1", Mapping.OLD.renamed("tel"));
        assertThat(stage.events("shop.divergence")).isEmpty();
        assertThat(stage.events("shop.customers.divergence.2")).isEmpty();
        assertThat(step(remapped, "cleanup").err()).isEmpty();
      }
    }
    assertGoesOnAlone(remapped, former);
  }

  /// The ledger has an entry of generation 1 that was not closed while it was live.
  private void leaveOpenOfTheFormerTables() {
    var kafka = RebuildStage.migration(stage.spec()).kafka();
    var codec = new Divergences(kafka.registryClient(), "shop.divergence");
    var event = codec.encode(Events.of("former").in("customers").event());
    DurableRecord.send(
        kafka.objects(), new ProducerRecord<>("shop.divergence", new byte[] {1}, event), "entry");
  }

  /// Everything in front of a complete sweep of the domain is gone from its outbox, and without
  /// that sweep nothing could be translated anew.
  private void cutOffAtABackfill() throws Exception {
    stage.awaitAtRest(stage.spec());
    try (Admin admin = Admin.create(RebuildStage.migration(stage.spec()).kafka().objects())) {
      String outbox = "shop.customers.outbox";
      var ends = new HashMap<TopicPartition, OffsetSpec>();
      for (int partition = 0; partition < 4; partition++) {
        ends.put(new TopicPartition(outbox, partition), OffsetSpec.latest());
      }
      var before = admin.listOffsets(ends).all().get();
      var backfill =
          RebuildStage.tandem(stage.spec(), "backfill", "--domain", "customers", "start", "--wait");
      assertThat(backfill.code()).as(backfill.err()).isZero();
      var cut = new HashMap<TopicPartition, RecordsToDelete>();
      before.forEach(
          (each, end) -> {
            assertThat(end.offset()).isPositive();
            cut.put(each, RecordsToDelete.beforeOffset(end.offset()));
          });
      admin.deleteRecords(cut).all().get();
    }
  }

  /// A consumer group has read the first record of each partition.
  private void readBySomebodyElse(String topic) throws Exception {
    try (Admin admin = Admin.create(RebuildStage.migration(stage.spec()).kafka().objects())) {
      admin
          .alterConsumerGroupOffsets(
              "billing", Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(1)))
          .all()
          .get();
    }
  }

  private void assertRefusals() throws Exception {
    assertRefused(
        RebuildStage.tandem(other, "rebuild", "start", "--domain", "customers"),
        "expected the mapping of the live generation, found another in this spec");
    assertRefused(
        RebuildStage.tandem(other, starting()),
        "expected --live-spec with the mapping that the live generation is written with");
    Path wrong =
        stage.spec(
            "wrong.yaml",
            Map.of(
                "{ uuid5: cust_no, namespace: customer }",
                "{ uuid5: cust_no, namespace: person }",
                "contact: crm-oncall@example.com }\n    partitions: 4",
                "contact: crm-oncall@example.com }\n    partitions: 5",
                "root: public.cust_mst\n          children: { addresses: { table: public.cust_addr, on: cust_no } }",
                "root: public.cust_mst\n          children: { addresses: { table: public.addresses, on: cust_no } }"));
    stage.legacy("CREATE TABLE addresses (LIKE cust_addr INCLUDING ALL)");
    stage.legacy("ALTER TABLE addresses REPLICA IDENTITY FULL");
    assertRefused(
        RebuildStage.tandem(wrong, starting("--live-spec", stage.spec().toString())),
        "domain customers: partitions: expected 4, found 5",
        "domain customers: legacy table public.addresses of Customer is new, and not captured",
        "domain customers: legacy table public.cust_addr of Customer is missing",
        "domain customers: mapping of key and partition-by of Customer is another");
    assertThat(
            RebuildStage.tandem(other, "rebuild", "status", "--domain", "customers").out().lines())
        .as("nothing was begun")
        .hasSize(2);
    assertThat(stage.inKafka("shop\\.customers\\.contract\\.\\d.*")).isEmpty();
  }

  /// Run before any rebuild, another mapping takes no partition from those who apply.
  private void assertTakesNoPartWithoutAGeneration() throws Exception {
    Set<String> members = members("shop.customers.apply.1");
    try (var wrong = stage.run(other, "wrong")) {
      Awaitility.await()
          .atMost(RebuildStage.PATIENCE)
          .until(() -> wrong.health().lines().contains("apply orders: ready"));
      Awaitility.await()
          .atMost(RebuildStage.PATIENCE)
          .until(
              () ->
                  wrong.health().explained().stream()
                      .anyMatch(
                          line ->
                              line.startsWith("apply customers: stopped (")
                                  && line.contains("--from outbox --live-spec SPEC")));
      assertThat(members("shop.customers.apply.1")).isEqualTo(members);
    }
    stage.legacy("UPDATE cust_mst SET bal_cents = bal_cents + 1");
    stage.awaitAtRest(stage.spec());
  }

  private Set<String> members(String group) throws Exception {
    try (Admin admin = Admin.create(RebuildStage.migration(stage.spec()).kafka().objects())) {
      var described = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
      return Objects.requireNonNull(described).members().stream()
          .map(member -> member.consumerId())
          .collect(Collectors.toSet());
    }
  }

  private static String[] starting(String... more) {
    var words =
        new ArrayList<>(List.of("rebuild", "start", "--domain", "customers", "--from", "outbox"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static Ended step(Path spec, String action, String... more) {
    var words = new ArrayList<>(List.of("rebuild", action, "--domain", "customers"));
    words.addAll(List.of(more));
    return RebuildStage.tandem(spec, words.toArray(String[]::new));
  }

  private static void assertRefused(Ended ended, String... reasons) {
    assertThat(ended.err()).contains(reasons);
    assertThat(ended.code()).isEqualTo(3);
  }

  /// The tables hold what the mapping makes of the legacy rows, worked out by SQL.
  private void assertMade(String schema, Mapping mapping) throws SQLException {
    String expected =
        """
        SELECT ROW(cust_no, tnt, concat_ws(' ', fname, lname),
                   CASE stat_cd WHEN 'A' THEN 'ACTIVE' WHEN 'I' THEN '%s' ELSE '%s' END,
                   nullif(btrim(%s), ''), (bal_cents / %s)::numeric(14,2),
                   (lim_cents / 100.0)::numeric(14,2), terms,
                   (SELECT string_agg(a.addr_no || a.town || coalesce(a.str1, '-'), ',' ORDER BY a.addr_no)
                      FROM cust_addr a WHERE a.cust_no = c.cust_no))::text
          FROM cust_mst c ORDER BY cust_no"""
            .formatted(mapping.inactive, mapping.blocked, mapping.phone, mapping.parts);
    String found =
        """
        SELECT ROW(customer_number, c.tenant_id, full_name, status, phone, balance, credit_limit,
                   payment_terms_days,
                   (SELECT string_agg(a.address_id || a.city || coalesce(a.street, '-'), ',' ORDER BY a.address_id)
                      FROM %1$s.customer_address a WHERE a.customer_id = c.customer_id))::text
          FROM %1$s.customer c JOIN %1$s.billing_account b USING (customer_id)
         ORDER BY customer_number"""
            .formatted(schema);
    assertThat(RebuildStage.rows(stage.target(), found))
        .as(schema)
        .hasSizeGreaterThan(1_000)
        .isEqualTo(RebuildStage.rows(stage.legacy(), expected));
  }

  private void assertNothingLeft() throws Exception {
    assertThat(
            stage.inKafka(
                "(group |subject )?shop\\.customers\\.(contract|repair|translate|reconcile)(-.*|\\.v\\d.*)?"
                    + "|.*customers\\.(observed|divergence|reconciliation-lag|reconcile)\\.\\d.*"
                    + "|group shop\\.customers\\.apply\\.1"))
        .isEmpty();
    assertThat(
            RebuildStage.rows(
                stage.target(), "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tandem\\_%'"))
        .isEmpty();
    Awaitility.await()
        .atMost(RebuildStage.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(stage.directories("state"))
                  .noneMatch(name -> name.startsWith("customers"));
              assertThat(stage.directories("other"))
                  .filteredOn(name -> name.startsWith("customers"))
                  .containsExactly("customers.live.2-reconcile", "customers.translate.2");
            });
  }

  /// The former spec is refused, and does no harm.
  private void assertGoesOnAlone(Path spec, Path formerSpec) throws Exception {
    try (var run = stage.run(spec, "other")) {
      stage.legacy("UPDATE cust_mst SET stat_cd = 'I', bal_cents = 12345 WHERE cust_no = 7");
      Awaitility.await()
          .atMost(RebuildStage.PATIENCE)
          .until(
              () ->
                  stage
                      .query(
                          "SELECT status || ' ' || balance FROM crm.customer"
                              + " JOIN crm.billing_account USING (customer_id)"
                              + " WHERE customer_number = 7")
                      .equals("BLOCKED 1234.50"));
      assertRepaired(spec);
      assertLetterShown(spec);
      try (var former = stage.run(formerSpec, "state")) {
        Awaitility.await()
            .atMost(RebuildStage.PATIENCE)
            .until(() -> former.health().lines().contains("mapping of customers: stopped"));
        assertThat(former.health().lines())
            .noneMatch(line -> line.startsWith("capture") || line.startsWith("observe"));
      }
      Awaitility.await().atMost(RebuildStage.PATIENCE).until(() -> run.health().isReady());
    }
  }

  /// What the new mapping cannot translate stands in a topic of its own, and is shown from there.
  private void assertLetterShown(Path spec) throws Exception {
    stage.legacy("UPDATE cust_mst SET stat_cd = 'Z' WHERE cust_no = 9");
    Awaitility.await()
        .atMost(RebuildStage.PATIENCE)
        .until(() -> RebuildStage.tandem(spec, "dead-letters").out().contains("customers.2:0:0"));
    assertThat(stage.deadLetters(spec)).isEqualTo(1);
    stage.legacy("UPDATE cust_mst SET stat_cd = 'B' WHERE cust_no = 9");
    stage.awaitAtRest(spec);
    assertMade("crm", Mapping.NEW.renamed("tel"));
  }

  /// What somebody else has written is found by the new mapping, and repaired from its topic.
  private void assertRepaired(Path spec) throws Exception {
    stage.awaitAtRest(spec);
    stage.target("UPDATE crm.customer SET full_name = 'Nobody' WHERE customer_number = 8");
    Awaitility.await()
        .atMost(RebuildStage.PATIENCE)
        .until(() -> stage.events("shop.divergence").contains("FOREIGN_WRITE of Customer CLOSED"));
    stage.awaitAtRest(spec);
    assertMade("crm", Mapping.NEW.renamed("tel"));
  }
}

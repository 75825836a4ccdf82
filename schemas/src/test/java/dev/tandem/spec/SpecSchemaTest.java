package dev.tandem.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The JSON Schema that editors use and the reader that decides say the same.
class SpecSchemaTest {
  @TempDir Path folder;

  private static String schemaText() throws IOException {
    try (InputStream schema = SpecReader.class.getResourceAsStream("spec.schema.json")) {
      return new String(Objects.requireNonNull(schema).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static boolean accepts(String yaml) throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(schemaText());
    String json = new ObjectMapper().writeValueAsString(new YAMLMapper().readTree(yaml));
    return schema.validate(json, InputFormat.JSON).isEmpty();
  }

  private boolean reads(String yaml) throws IOException {
    return SpecReader.read(Files.writeString(folder.resolve("x.yaml"), yaml), GoodSpec.ENVIRONMENT)
        .spec()
        .isPresent();
  }

  @Test
  void shouldKnowTheSameKeysAsTheReader() throws IOException {
    JsonNode definitions = new ObjectMapper().readTree(schemaText()).path("$defs");
    for (var section : SpecKeys.bySection().entrySet()) {
      Set<String> keys = new HashSet<>();
      definitions
          .path(section.getKey())
          .path("properties")
          .fieldNames()
          .forEachRemaining(keys::add);
      assertThat(keys).as(section.getKey()).isEqualTo(Set.copyOf(section.getValue()));
    }
    assertThat(definitions.size())
        .as("one for each section, and lenses")
        .isEqualTo(SpecKeys.bySection().size() + 1);
  }

  @Test
  void shouldAcceptAGoodSpec() throws IOException {
    assertThat(accepts(GoodSpec.TEXT)).isTrue();
    assertThat(reads(GoodSpec.TEXT)).isTrue();
  }

  private static final String INVARIANTS =
      "on-truncate: stop\n"
          + "    invariants:\n"
          + "      per-tenant: { key: 1, legacy: 'SELECT tnt, count(*) FROM t GROUP BY tnt',"
          + " target: 'WITH a AS (SELECT 1) SELECT * FROM a', tolerance: 0.5 }";

  @Test
  void shouldAcceptInvariants() throws IOException {
    String text = GoodSpec.TEXT.replace("on-truncate: stop", INVARIANTS);
    assertThat(accepts(text)).isTrue();
    assertThat(reads(text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "key: 1|key: 0",
        "key: 1|key: tnt",
        "key: 1, | ",
        "key: 1, |keys: 1, ",
        "tolerance: 0.5|tolerance: -1",
        "tolerance: 0.5|tolerance: some",
        "per-tenant:|Per Tenant:",
        "'SELECT tnt, count(*) FROM t GROUP BY tnt'|'DELETE FROM t'",
        "legacy: 'SELECT|legacies: 'SELECT",
      })
  void shouldRefuseOfInvariantsWhatTheReaderRefuses(
      String good, @org.jspecify.annotations.Nullable String bad) throws IOException {
    String invariants = INVARIANTS.replace(good, bad == null ? "" : bad);
    assertThat(invariants).isNotEqualTo(INVARIANTS);
    String text = GoodSpec.TEXT.replace("on-truncate: stop", invariants);
    assertThat(Map.of("schema", accepts(text), "reader", reads(text)))
        .isEqualTo(Map.of("schema", false, "reader", false));
  }

  private static final String PASSWORD = "password: \"${LEGACY_PASSWORD}\"";
  private static final String RETAINED =
      PASSWORD + ", retained-log: { budget: 010GB, action: drop-slot }";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "budget: 010GB|budget: 999999TB",
        "budget: 010GB|budget: 1MB",
        "action: drop-slot|action: alarm",
        "budget: 010GB, action: drop-slot|action: alarm",
        ", action: drop-slot| ",
      })
  void shouldAcceptABudgetForTheLogThatASlotRetains(
      String one, @org.jspecify.annotations.Nullable String other) throws IOException {
    for (String retained :
        new String[] {RETAINED, RETAINED.replace(one, other == null ? "" : other)}) {
      String text = GoodSpec.TEXT.replace(PASSWORD, retained);
      assertThat(Map.of("schema", accepts(text), "reader", reads(text)))
          .as(retained)
          .isEqualTo(Map.of("schema", true, "reader", true));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "budget: 010GB|budget: 0GB",
        "budget: 010GB|budget: 10",
        "budget: 010GB|budget: 10gb",
        "budget: 010GB|budget: 10GiB",
        "budget: 010GB|budget: 1000000MB",
        "budget: 010GB|budgets: 10GB",
        "budget: 010GB, | ",
        "action: drop-slot|action: drop",
        "retained-log: {|retained-logs: {",
        "{ budget: 010GB, action: drop-slot }|10GB",
      })
  void shouldRefuseOfABudgetWhatTheReaderRefuses(
      String good, @org.jspecify.annotations.Nullable String bad) throws IOException {
    String retained = RETAINED.replace(good, bad == null ? "" : bad);
    assertThat(retained).isNotEqualTo(RETAINED);
    String text = GoodSpec.TEXT.replace(PASSWORD, retained);
    assertThat(Map.of("schema", accepts(text), "reader", reads(text)))
        .isEqualTo(Map.of("schema", false, "reader", false));
  }

  private static final String OUTBOX =
      "from: { outbox: public.outbox, aggregate: [order, Order], deletions: Gone, columns: {"
          + " payload: body }, identity: nr, order: [at, id], after-reading: kept, payload: avro,"
          + " fields: { nr: integer, born: optional date, lines: [ { line: integer } ] } }";

  @Test
  void shouldAcceptAnEntityOfAnOutboxTable() throws IOException {
    String text = GoodSpec.TEXT.replace("from: public.ord", OUTBOX);
    assertThat(accepts(text)).isTrue();
    assertThat(reads(text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "outbox: public.outbox|outbox: ''",
        "aggregate: [order, Order]|aggregates: order",
        "deletions: Gone|deletions: []",
        "columns: { payload: body }|columns: { body: payload }",
        "after-reading: kept|after-reading: gone",
        "after-reading: kept, |",
        "payload: avro|payload: avra",
        "nr: integer, born|nr: { type: integer }, born",
        "lines: [ { line: integer } ]|lines: []",
        "lines: [ { line: integer } ]|lines: [ integer ]",
        "identity: nr|root: public.ord",
      })
  void shouldRefuseOfAnOutboxTableWhatTheReaderRefuses(
      String good, @org.jspecify.annotations.Nullable String bad) throws IOException {
    String entity = OUTBOX.replace(good, bad == null ? "" : bad);
    assertThat(entity).isNotEqualTo(OUTBOX);
    String text = GoodSpec.TEXT.replace("from: public.ord", entity);
    assertThat(Map.of("schema", accepts(text), "reader", reads(text)))
        .isEqualTo(Map.of("schema", false, "reader", false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "migration: shop|migration: Shop",
        "migration: shop|migrtion: shop",
        "bootstrap.servers|bootstrap",
        "role: operator|role: root",
        "name: anna|name: anna smith",
        "${ANNA_TOKEN}|token-of-anna-0123456789",
        "${ANNA_TOKEN}|${ANNA_TOKEN:-token-of-anna-0123456789}",
        "issuer: https://id.example.com, |",
        "jwks: https://id.example.com/keys|jwks: http://id.example.com/keys",
        "jwks: |jwks: , roles: ",
        "certificate: tls.crt, |",
        "tls: {|ssl: {",
        "partitions: 6|partitions: 0",
        "partitions: 6|partitions: [6]",
        "    owner: { team: crm, contact: crm-oncall@example.com }|    # no owner",
        "team: crm, |",
        "reconciliation-lag-p99: 5s|reconciliation-lag-p99: 5",
        "reconciliation-lag-p99: 5s|reconciliation-lag-p99: 0s",
        "divergence-rate: 0,|divergence-rate: 2,",
        "policy: repair|policy: repare",
        "orphans: report|orphans: delet",
        "per-minute: 300|per-minute: 0",
        "per-tenant-per-minute: 30|per-tenant-per-minute: many",
        "per-tenant-per-minute|per-tenant",
        "brake: 0.1|brake: 0",
        "brake: 0.1|brake: 1.5",
        "poison: { per-minute: 5000 }|poison: { per-minute: 0 }",
        "poison: { per-minute: 5000 }|poison: { most: 5000 }",
        "poison: { per-minute: 5000 }|poison: 5000",
        "on-truncate: stop|on-truncate: ignore",
        "repair: { orphans: delete }|repair: { orphans: delete, per-minute: 5 }",
        "repair: { orphans: delete }|repair: delete",
        "sensitive: [fullName, phones]|sensitive: []",
        "computed: createdAt|computed: { createdAt: true }",
        "  Order:|  9Order:",
        "key: [orderId]|key: []",
        "map: { orderId: ord_no }|map: {}",
        "to: sales.orders|too: sales.orders",
        "root: public.cust_mst|table: public.cust_mst",
        ", on: cust_no }| }",
        "columns: { fullName: name }|columns: [name]",
        "deadline: 2027-06-30|deadline: 30.6.2027",
        "deadline: 2027-06-30|permanent: { because: so, review: 2027-06-30 }",
        "no-divergence-for: 30d|no-divergence: 30d",
        "review: 2027-01-31|reviewed: 2027-01-31",
      })
  void shouldRefuseWhatTheReaderRefuses(String good, @org.jspecify.annotations.Nullable String bad)
      throws IOException {
    String text = GoodSpec.TEXT.replace(good, bad == null ? "" : bad);
    assertThat(text).isNotEqualTo(GoodSpec.TEXT);
    assertThat(Map.of("schema", accepts(text), "reader", reads(text)))
        .isEqualTo(Map.of("schema", false, "reader", false));
  }
}

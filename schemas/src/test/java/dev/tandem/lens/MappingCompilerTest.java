package dev.tandem.lens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.Source;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.spec.Problem;
import dev.tandem.spec.Problems;
import dev.tandem.table.Carrier;
import dev.tandem.table.Column;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Table;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class MappingCompilerTest {
  private static final String ID = "customerId:{\"type\":\"string\",\"logicalType\":\"uuid\"}";
  private static final String ADDRESSES =
      "addresses:{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Address\",\"fields\":["
          + "{\"name\":\"street\",\"type\":[\"null\",\"string\"]},{\"name\":\"city\",\"type\":\"string\"}]}}";
  private static final String MAP =
      """
      customerId: { uuid5: cust_no, namespace: customer }
      tenantId:   tnt
      fullName:   { join: [fname, lname], with: " " }
      status:     { lookup: stat_cd, values: { A: ACTIVE, I: INACTIVE } }
      balance:    { decimal: bal_cents, scale: 2 }
      createdAt:  { timestamp: crt_dt, zone: Europe/Berlin }
      addresses:  { each: addresses, map: { street: str1, city: town } }
      """;
  private static final Schema CONTRACT =
      Customers.contract(
          ID,
          "tenantId:\"string\"",
          "fullName:[\"null\",\"string\"]",
          "status:{\"type\":\"enum\",\"name\":\"Status\",\"symbols\":[\"ACTIVE\",\"INACTIVE\"]}",
          "balance:{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":12,\"scale\":2}",
          "createdAt:{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}",
          ADDRESSES);

  @Test
  void shouldProjectTheEntityOfTheDesign() {
    var mapping = Customers.compile(Customers.source(MAP, CONTRACT));
    var root =
        Customers.customer(
            Map.of("fname", "Ada", "lname", "Byron", "stat_cd", "A", "crt_dt", 0L, "tnt", "acme"));
    var record =
        mapping.project(
            root, Map.of("addresses", List.of(Customers.address(1, Map.of("town", "Ulm")))));

    assertThat(record.get("fullName")).isEqualTo("Ada Byron");
    assertThat(record.get("tenantId")).isEqualTo("acme");
    assertThat(record.get("status")).hasToString("ACTIVE");
    assertThat(record.get("balance")).isEqualTo(new BigDecimal("12.34"));
    assertThat(record.get("createdAt")).isEqualTo(-3_600_000_000L);
    assertThat(((GenericRecord) ((List<?>) record.get("addresses")).getFirst()).get("city"))
        .isEqualTo("Ulm");
    assertThat(record.get("customerId"))
        .isEqualTo(Uuid5.of(Uuid5.of(Uuid5.TANDEM, "customer"), "42").toString());
  }

  @Test
  void shouldNameTheEntityAndItsPartitionAlikeFromRootAndChild() {
    var mapping = Customers.compile(Customers.source(MAP, CONTRACT));
    var root = Customers.customer(Map.of());
    var child = Customers.address(1, Map.of());

    assertThat(mapping.key().getFullName()).isEqualTo("shop.CustomerKey");
    String id = (String) mapping.key(root).get("customerId");
    assertThat(mapping.partitionKey(Customers.ROOT_SOURCE, root)).isEqualTo(id);
    assertThat(mapping.partitionKey(Customers.ADDRESS_SOURCE, child)).isEqualTo(id);
  }

  @Test
  void shouldNeedNoMoreThanTheReplicaIdentityForKeyAndPartition() {
    var mapping = Customers.compile(Customers.source(MAP, CONTRACT));
    var deleted = Customers.customer(Map.of());
    for (int i = 1; i < deleted.values().length; i++) {
      deleted.values()[i] = Row.UNKNOWN;
    }
    assertThat(mapping.key(deleted).get("customerId")).isNotNull();
    assertThat(mapping.partitionKey(Customers.ROOT_SOURCE, deleted)).isNotEmpty();
  }

  @Test
  void shouldRefuseARowWithAnUnknownValueAndNameTheField() {
    var mapping = Customers.compile(Customers.source(MAP, CONTRACT));
    assertThatThrownBy(
            () -> mapping.project(Customers.customer(Map.of("lname", Row.UNKNOWN)), Map.of()))
        .isInstanceOf(MappingException.class)
        .hasMessage("fullName: value not known yet (unchanged TOAST value)");
    assertThatThrownBy(
            () ->
                mapping.project(
                    Customers.customer(Map.of("stat_cd", "A")),
                    Map.of(
                        "addresses", List.of(Customers.address(1, Map.of("str1", Row.UNKNOWN))))))
        .hasMessage("addresses.street: value not known yet (unchanged TOAST value)");
  }

  @Test
  void shouldFollowTheColumnsOfOlderRowSchemas() {
    var mapping = Customers.compile(Customers.source(MAP, CONTRACT));
    var older =
        new RowSchema(
            Customers.ROOT.id(),
            List.of(
                new RowSchema.Field("tnt", Carrier.TEXT, false),
                new RowSchema.Field("cust_no", Carrier.INT, false)));
    var row = new Row(older, new Object[] {"acme", 42});
    assertThat(mapping.key(row)).isEqualTo(mapping.key(Customers.customer(Map.of())));
    assertThatThrownBy(() -> mapping.project(row, Map.of()))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("expected column fname (character varying(40))")
        .hasMessageContaining("found none");
  }

  @Test
  void shouldReportEverythingAtOnce() {
    var contract =
        Customers.contract(
            ID,
            "tenantId:\"string\"",
            "fullName:\"string\"",
            "balance:\"long\"",
            "unmapped:\"int\"",
            ADDRESSES);
    var problems =
        problems(
            Customers.source(
                """
                customerId: { uuid5: cust_no, namespace: customer }
                tennantId:  tnt
                tenantId:   tn
                fullName:   { jion: [fname, lname], with: " " }
                balance:    { decimal: bal_cents, scale: 2 }
                addresses:  { each: adresses, map: { street: str1, city: town } }
                """,
                contract));
    assertThat(problems)
        .extracting(problem -> problem.path().replace("domains.customers.entities.Customer.", ""))
        .containsExactlyInAnyOrder(
            "map.tennantId", "map.tenantId", "map.fullName", "map.balance", "map", "map.addresses");
    assertThat(problems)
        .extracting(Problem::fix)
        .contains("did you mean 'tenantId'?", "did you mean 'tnt'?", "did you mean 'join'?")
        .contains("did you mean 'addresses'?");
  }

  @Test
  void shouldRefuseNullWhereTheContractHasNone() {
    var contract = Customers.contract(ID, "fullName:\"string\"");
    assertThat(
            problems(
                Customers.source(
                    "{ customerId: { uuid5: cust_no, namespace: c }, fullName: fname }", contract)))
        .singleElement()
        .extracting(Problem::cause)
        .asString()
        .contains("fname (character varying(40)) is nullable");
    assertThat(
            problems(
                Customers.source(
                    "{ customerId: { uuid5: cust_no, namespace: c },"
                        + " fullName: { default: { of: fname, value: '-' } } }",
                    contract)))
        .isEmpty();
  }

  @Test
  void shouldRefuseAKeyThatTwoRowsCanShare_C20() {
    var contract = Customers.contract("customerId:\"string\"");
    assertThat(problems(Customers.source("{ customerId: tnt }", contract)))
        .extracting(Problem::cause)
        .anyMatch(cause -> cause.startsWith("expected a key over a unique set of columns"));
    assertThat(
            problems(
                Customers.source(
                    "{ customerId: { lookup: cust_no, values: { 1: a, 2: a } } }", contract)))
        .extracting(Problem::cause)
        .anyMatch(cause -> cause.contains("customerId makes of it is not"));
  }

  @Test
  void shouldNameTheStatementThatMendsAReplicaIdentity() {
    var contract = Customers.contract("customerId:\"string\"", "tenantId:\"string\"");
    var source =
        Customers.source("{ customerId: { cast: cust_no, to: string }, tenantId: tnt }", contract);
    var byTenant =
        new MappingSource(
            source.entity(),
            source.path(),
            source.map(),
            contract,
            source.keyFields(),
            "tenantId",
            Optional.of("tenantId"),
            new EntityTables(Customers.ROOT_SOURCE, Customers.ROOT, Map.of()));
    assertThat(problems(byTenant))
        .singleElement()
        .extracting(Problem::fix)
        .isEqualTo("ALTER TABLE \"public\".\"cust_mst\" REPLICA IDENTITY FULL;");
  }

  @Test
  void shouldRefuseAPartitionThatChildrenCannotCompute() {
    var contract = Customers.contract("customerId:\"string\"", "tenantId:\"string\"");
    var source =
        Customers.source("{ customerId: { cast: cust_no, to: string }, tenantId: tnt }", contract);
    var byTenant =
        new MappingSource(
            source.entity(),
            source.path(),
            source.map(),
            contract,
            source.keyFields(),
            "tenantId",
            Optional.empty(),
            source.tables());
    assertThat(problems(byTenant))
        .extracting(Problem::cause)
        .anyMatch(cause -> cause.contains("computed from the columns that children refer to"));
  }

  @Test
  void shouldRefuseAChildWhoseTypeWouldGiveAnotherPartition() {
    var child =
        Table.keyed(
            Customers.ADDRESSES.id(),
            List.of(
                Column.notNull("owner_no", ColumnType.of("text", Carrier.TEXT)),
                Column.notNull("seq", ColumnType.of("integer", Carrier.INT))),
            List.of("owner_no", "seq"));
    var source =
        Customers.source(
            "{ customerId: { uuid5: cust_no, namespace: c } }", Customers.contract(ID));
    assertThat(
            problems(
                new MappingSource(
                    source.entity(),
                    source.path(),
                    source.map(),
                    source.contract(),
                    source.keyFields(),
                    source.partitionBy(),
                    source.tenant(),
                    new EntityTables(
                        Customers.ROOT_SOURCE,
                        Customers.ROOT,
                        Map.<Source, Table>of(Customers.ADDRESS_SOURCE, child)))))
        .singleElement()
        .extracting(Problem::fix)
        .asString()
        .contains("ALTER COLUMN \"owner_no\" TYPE bigint;");
  }

  @Test
  void shouldCompileNothingWhereAnOptionIsUnknown() {
    assertThat(
            problems(
                Customers.source(
                    "{ customerId: { uuid5: cust_no, namespace: c, zone: UTC } }",
                    Customers.contract(ID))))
        .singleElement()
        .extracting(Problem::path)
        .asString()
        .endsWith("map.customerId.zone");
  }

  @Test
  void shouldListChildrenInTheDeclaredOrder() {
    var contract =
        Customers.contract(ID, ADDRESSES, "towns:{\"type\":\"array\",\"items\":\"string\"}");
    var mapping =
        Customers.compile(
            Customers.source(
                """
                customerId: { uuid5: cust_no, namespace: c }
                addresses:  { each: addresses, map: { street: str1, city: town }, order: town }
                towns:      { each: addresses, of: town }
                """,
                contract));
    var children =
        List.of(
            Customers.address(1, Map.of("town", "Ulm")),
            Customers.address(2, Map.of("town", "Bonn")),
            Customers.address(3, Map.of("town", "Jena")));
    var record = mapping.project(Customers.customer(Map.of()), Map.of("addresses", children));
    assertThat((List<?>) record.get("addresses"))
        .extracting(address -> ((GenericRecord) address).get("city"))
        .containsExactly("Bonn", "Jena", "Ulm");
    assertThat(record.get("towns")).isEqualTo(List.of("Ulm", "Bonn", "Jena"));
    assertThat(mapping.project(Customers.customer(Map.of()), Map.of()).get("towns"))
        .isEqualTo(List.of());
  }

  @Test
  void shouldSayWhatRollingBackLoses() {
    EntityMapping mapping = Customers.compile(Customers.source(MAP, CONTRACT));
    assertThat(((CompiledMapping) mapping).losses())
        .extracting(Loss::field)
        .containsExactly("customerId", "fullName", "createdAt", "addresses");
  }

  private static List<Problem> problems(MappingSource source) {
    var problems = new Problems();
    var mapping = MappingCompiler.compile(source, problems);
    assertThat(mapping.isEmpty()).isEqualTo(problems.hasErrors());
    return problems.all().stream()
        .filter(problem -> problem.severity() == Problem.Severity.ERROR)
        .toList();
  }
}

package dev.tandem.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.spec.Problem;
import dev.tandem.spec.SpecReader;
import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCompilerTest {
  @TempDir Path folder;

  private ShopStores stores = new ShopStores();

  @BeforeEach
  void writeContract() throws IOException {
    ShopStores.writeContract(folder);
  }

  private record Outcome(Optional<MigrationPlan> plan, List<Problem> problems) {
    List<String> errors() {
      return problems.stream()
          .filter(problem -> problem.severity() == Problem.Severity.ERROR)
          .map(problem -> problem.place().line() + ": " + problem.cause() + " | " + problem.fix())
          .toList();
    }
  }

  private Outcome compile(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("shop.yaml"), text);
    var read = SpecReader.read(file, Map.of("PW", "x"));
    var plan =
        read.draft()
            .flatMap(
                spec ->
                    PlanCompiler.compile(spec, stores.legacy(), stores.target(), read.problems()));
    return new Outcome(plan, read.problems().all());
  }

  @Test
  void shouldCompileTheSpecOfTheDesign() throws IOException {
    var outcome = compile(ShopStores.SPEC);
    assertThat(outcome.errors()).isEmpty();
    var domain = outcome.plan().orElseThrow().domains().getFirst();
    assertThat(domain.name()).isEqualTo("customers");
    assertThat(domain.tables())
        .containsExactlyInAnyOrder(
            new TableId("public", "cust_mst"), new TableId("public", "cust_addr"));
    var entity = domain.entities().getFirst();
    assertThat(entity.root().join()).containsExactly("cust_no");
    assertThat(entity.children().getFirst().join()).containsExactly("cust_no");
    assertThat(entity.target().root().key()).containsExactly("customer_id");
    assertThat(entity.target().root().columns())
        .contains(
            new TargetPlan.TargetColumn("name", "fullName", ShopStores.TEXT),
            new TargetPlan.TargetColumn(
                "balance", "balance", ColumnType.of("numeric(12,2)", Carrier.NUMERIC)));
    var child = entity.target().children().getFirst();
    assertThat(child.parent())
        .containsExactly(new TargetPlan.TargetColumn("owner", "customerId", ShopStores.UUID));
    assertThat(child.table().key()).containsExactly("owner", "line");
    assertThat(child.table().rowKey()).containsExactly("owner", "line");
    assertThat(entity.version()).isEqualTo(1);
    assertThat(entity.mapping().copies()).containsExactly(Map.entry("tenantId", "tnt"));
    assertThat(domain.partitionBy()).isEqualTo("customerId");
    assertThat(domain.tenant()).contains("tenantId");
    assertThat(child.table().references()).containsExactly(new TableId("crm", "customer"));
    assertThat(entity.fingerprint()).hasSize(64);
  }

  @Test
  void shouldKeepTheFingerprintWhereOnlyPlacesMove() throws IOException {
    String before =
        compile(ShopStores.SPEC).plan().orElseThrow().domains().getFirst().fingerprint();
    String moved = ShopStores.SPEC.replace("domains:", "# moved\n\ndomains:");
    assertThat(compile(moved).plan().orElseThrow().domains().getFirst().fingerprint())
        .isEqualTo(before);
    String changed = ShopStores.SPEC.replace("namespace: customer", "namespace: client");
    assertThat(compile(changed).plan().orElseThrow().domains().getFirst().fingerprint())
        .isNotEqualTo(before);
  }

  private static final String TENANT = "    tenant: tenantId\n";

  /// The spec of the design with more lines: of the domain, and of its entity.
  private static String with(String domain, String entity) {
    return ShopStores.SPEC
        .replace(TENANT, TENANT + (domain.isEmpty() ? "" : "    " + domain + "\n"))
        .replace("        contract: customer\n", "        contract: customer\n" + entity.indent(8));
  }

  private DomainPlan domain(String text) throws IOException {
    var outcome = compile(text);
    assertThat(outcome.errors()).isEmpty();
    return outcome.plan().orElseThrow().domains().getFirst();
  }

  @Test
  void shouldReportAndRepairNothingWhereTheSpecSaysNothing() throws IOException {
    var plan = domain(ShopStores.SPEC);
    assertThat(plan.budget()).isEqualTo(new RepairBudget(600, 60, 0.05));
    assertThat(plan.entities().getFirst().reconciliation()).isEqualTo(Reconciliation.DEFAULT);
  }

  @Test
  void shouldTakeFromTheDomainWhatAnEntityDoesNotSay() throws IOException {
    String domain =
        "repair: { policy: repair, orphans: report, per-minute: 100, per-tenant-per-minute: 7,"
            + " brake: 0.5 }";
    String entity =
        """
        repair: { orphans: delete }
        sensitive: [fullName, addresses]
        computed: createdAt
        """;
    var plan = domain(with(domain, entity));
    assertThat(plan.budget()).isEqualTo(new RepairBudget(100, 7, 0.5));
    assertThat(plan.entities().getFirst().reconciliation())
        .isEqualTo(
            new Reconciliation(
                Reconciliation.Policy.REPAIR,
                Reconciliation.Orphans.DELETE,
                Set.of("fullName", "addresses"),
                Set.of("createdAt")));
    var overridden = domain(with(domain, "repair: { policy: report }"));
    assertThat(overridden.entities().getFirst().reconciliation().policy())
        .isEqualTo(Reconciliation.Policy.REPORT);
  }

  @Test
  void shouldSpendTheWholeBudgetOnADomainWithoutTenants() throws IOException {
    String text = with("repair: { per-minute: 100 }", "").replace("    tenant: tenantId\n", "");
    assertThat(domain(text).budget()).isEqualTo(new RepairBudget(100, 100, 0.05));
  }

  @Test
  void shouldKeepTheFingerprintWhereOnlyComparingAndRepairingChange() throws IOException {
    String changed =
        with(
            "repair: { policy: repair, per-minute: 5 }",
            "repair: { orphans: delete }\nsensitive: fullName\ncomputed: createdAt");
    assertThat(domain(changed).fingerprint()).isEqualTo(domain(ShopStores.SPEC).fingerprint());
  }

  @Test
  void shouldKeepTheFingerprintThatTargetsWereWrittenWith() throws IOException {
    assertThat(domain(ShopStores.SPEC).fingerprint())
        .isEqualTo("5124f2003709d87c19a990e3920ac324b176fb32e8ce2b1dcde2dc8df446613b");
  }

  @Test
  void shouldRefuseToLeaveKeyOrPartitionUncomparedAndFieldsThatAreNotThere() throws IOException {
    assertThat(compile(with("", "sensitive: fulName\ncomputed: [customerId, cretedAt]")).errors())
        .containsExactly(
            "16: the contract Customer has no field 'fulName' | did you mean 'fullName'?",
            "17: 'customerId' is part of the key, so the target cannot compute it: both sides meet"
                + " by it | take it out of 'computed'",
            "17: the contract Customer has no field 'cretedAt' | did you mean 'createdAt'?");
  }

  @Test
  void shouldWarnOfTextsThatTheTargetWritesAnotherWayUnlessTheLegacyStoreDidSoAlready()
      throws IOException {
    stores.name("inet");
    assertThat(warnings(ShopStores.SPEC))
        .containsExactly(
            "the column 'name' of crm.customer has the type inet, which may give 'fullName' back in"
                + " another form than it was written in: both would be reported as different");
    assertThat(warnings(ShopStores.SPEC.replace("{ join: [fname, lname], with: \" \" }", "fname")))
        .isEmpty();
    assertThat(warnings(with("", "computed: fullName"))).isEmpty();
  }

  /// Fault 46.
  @Test
  void shouldRefuseColumnsAndTablesThatAvroCannotTellApart() throws IOException {
    assertThat(compile(ShopStores.SPEC).errors()).isEmpty();
    stores.townIn("town-2");
    assertThat(compile(ShopStores.SPEC.replace("city: town }", "city: town-2 }")).errors())
        .singleElement()
        .asString()
        .contains(
            "the columns 'town-2' and 'town_2' of public.cust_addr have one name in Avro",
            "rename one of the two");
    assertThat(
            compile(ShopStores.SPEC.replace("table: public.cust_addr", "table: public.cust-mst"))
                .errors())
        .anySatisfy(
            said ->
                assertThat(said)
                    .contains(
                        "the tables \"public\".\"cust_mst\" and \"public\".\"cust-mst\" have one"
                            + " name in Avro",
                        "put them into different domains, or rename one of the two"));
  }

  private List<String> warnings(String text) throws IOException {
    return compile(text).problems().stream()
        .filter(problem -> problem.severity() == Problem.Severity.WARNING)
        .map(Problem::cause)
        .toList();
  }

  @Test
  void shouldRefuseAForeignKeyBetweenRowsOfTwoPartitions() throws IOException {
    stores.customersReferringToCustomers("tenant_id");
    assertThat(compile(ShopStores.SPEC).errors())
        .singleElement()
        .asString()
        .contains(
            "a foreign key of crm.customer refers to crm.customer without pairing customer_id with"
                + " customer_id, which decide the partition");
    stores.customersReferringToCustomers("customer_id");
    assertThat(compile(ShopStores.SPEC).errors()).isEmpty();
  }

  @Test
  void shouldRefuseATargetWhoseDeletesDoNotSayWhoseTheyWere() throws IOException {
    stores.identityOfTarget(Table.ReplicaIdentity.NOTHING);
    assertThat(compile(ShopStores.SPEC).errors())
        .hasSize(2)
        .allSatisfy(said -> assertThat(said).contains("does not say whose it was"))
        .anySatisfy(
            said ->
                assertThat(said)
                    .contains("does not hold customer_id")
                    .contains("ALTER TABLE \"crm\".\"customer\" REPLICA IDENTITY DEFAULT;"))
        .anySatisfy(
            said ->
                assertThat(said)
                    .contains("does not hold owner, line")
                    .contains(
                        "ALTER TABLE \"crm\".\"customer_address\" REPLICA IDENTITY DEFAULT;"));
  }

  @Test
  void shouldNameRowsByThePrimaryKeyEvenIfAnotherKeyIsWritten() throws IOException {
    stores.addressNumbered();
    assertThat(compile(ShopStores.SPEC).errors())
        .singleElement()
        .asString()
        .contains("does not hold owner, so")
        .contains("ALTER TABLE \"crm\".\"customer_address\" REPLICA IDENTITY FULL;");
    stores.identityOfTarget(Table.ReplicaIdentity.FULL);
    var child = domain(ShopStores.SPEC).entities().getFirst().target().children().getFirst();
    assertThat(child.table().rowKey()).containsExactly("id");
    assertThat(child.table().key()).isEmpty();
  }

  @Test
  void shouldRefuseAChildTableWhoseRowsCannotBeObservedOneByOne() throws IOException {
    stores.addressWithoutPrimaryKey().identityOfTarget(Table.ReplicaIdentity.FULL);
    assertThat(compile(ShopStores.SPEC).errors())
        .singleElement()
        .asString()
        .contains("its rows cannot be observed one by one")
        .contains("ALTER TABLE \"crm\".\"customer_address\" ADD PRIMARY KEY (\"owner\", …);");
  }

  @Test
  void shouldNameRowsByADeclaredKeyThatIsNeverNull() throws IOException {
    stores.addressUnique(List.of("owner", "line")).identityOfTarget(Table.ReplicaIdentity.FULL);
    var child =
        domain(declaring("line")).entities().getFirst().target().children().getFirst().table();
    assertThat(child.key()).containsExactly("owner", "line");
    assertThat(child.rowKey()).containsExactly("owner", "line");
  }

  @Test
  void shouldRefuseToNameRowsByADeclaredKeyThatMayBeNull() throws IOException {
    stores.addressUnique(List.of("owner", "city")).identityOfTarget(Table.ReplicaIdentity.FULL);
    assertThat(compile(declaring("city")).errors())
        .singleElement()
        .asString()
        .contains("city of its key may be NULL")
        .contains("ADD PRIMARY KEY (\"owner\", \"city\");");
  }

  /// Addresses are named by their owner and another column.
  private static String declaring(String column) {
    return ShopStores.SPEC.replace(
        "addresses: crm.customer_address",
        "addresses: { table: crm.customer_address, key: [owner, " + column + "] }");
  }

  @Test
  void shouldRefuseAChildWhosePartitionIsNotInItsParentsKey() throws IOException {
    String text =
        ShopStores.SPEC.replaceFirst("partition-by: customerId", "partition-by: tenantId");
    assertThat(compile(text).errors())
        .anySatisfy(
            said ->
                assertThat(said)
                    .contains("'tenantId' is no part of the key")
                    .contains("make it a part of the entity's key"));
  }

  @Test
  void shouldReportTwelveErrorsOfEveryKindAtOnce() throws IOException {
    stores.balance("numeric(8,2)").required("segment").withoutPrimaryKey("public.ord");
    String text =
        ShopStores.SPEC
            .replace("migration: shop", "migration: Shop")
            .replaceFirst("team: crm, contact: a@b", "team: crm")
            .replace("partitions: 4", "partitions: 0")
            .replace("tenantId: tnt", "tenantId: tntt")
            .replace("I: INACTIVE", "I: GONE")
            .replace("fullName: name", "fullName: naem")
            .replace("contract: order", "vresion: 1\n        contract: order")
            .replace("orderId: ord_no", "orderId: ord_num")
            .replace("to: sales.orders", "to: sales.order");
    var errors = compile(text).errors();
    assertThat(errors).as(String.join("\n", errors)).hasSize(12);
    String[] expected = {
      "1: 'Shop'",
      "8: 'contact' is missing",
      "9: ",
      "20: expected a column of public.cust_mst, found 'tntt' | did you mean 'tnt'?",
      "22: ",
      "27: the column 'balance'",
      "27: the column 'segment'",
      "28: the target table crm.customer has no column 'naem'",
      "37: unknown key 'vresion' | did you mean 'version'?",
      "39: the legacy table public.ord has no primary key",
      "41: ",
      "42: the target store has no table sales.order | did you mean 'sales.orders'?"
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat(errors.get(i)).startsWith(expected[i]);
    }
  }

  @Test
  void shouldRefuseATableWithoutAPrimaryKeyWithTheStatementThatAddsOne() throws IOException {
    stores.withoutPrimaryKey("public.ord");
    assertThat(compile(ShopStores.SPEC).errors())
        .singleElement()
        .asString()
        .contains("public.ord has no primary key")
        .contains("ALTER TABLE \"public\".\"ord\" ADD PRIMARY KEY");
  }

  @Test
  void shouldRefuseAReplicaIdentityThatDoesNotHoldTheJoin_C20() throws IOException {
    stores.childKeyWithoutJoin();
    assertThat(compile(ShopStores.SPEC).errors())
        .singleElement()
        .asString()
        .contains("does not hold cust_no")
        .contains("ALTER TABLE \"public\".\"cust_addr\" REPLICA IDENTITY FULL;");
  }

  @Test
  void shouldRefuseATargetColumnThatIsTooNarrow() throws IOException {
    stores.balance("numeric(8,2)");
    assertThat(compile(ShopStores.SPEC).errors())
        .singleElement()
        .asString()
        .contains("numeric(8,2)")
        .contains("ALTER COLUMN \"balance\" TYPE numeric(12,2);");
  }

  @Test
  void shouldRefuseARequiredTargetColumnThatNothingFills() throws IOException {
    stores.required("segment");
    assertThat(compile(ShopStores.SPEC).errors())
        .singleElement()
        .asString()
        .contains("'segment'")
        .contains("SET DEFAULT");
  }

  @Test
  void shouldRefuseTwoWritersOfOneTargetTable() throws IOException {
    assertThat(
            compile(
                    ShopStores.SPEC.replace(
                        "addresses: crm.customer_address", "addresses: sales.orders"))
                .errors())
        .anySatisfy(said -> assertThat(said).contains("is written by"));
  }

  @Test
  void shouldCheckContractsWithoutAnyStore() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("shop.yaml"),
            ShopStores.SPEC
                .replace("partition-by: customerId", "partition-by: custmerId")
                .replace("contract: order", "contract: nowhere"));
    var read = SpecReader.read(file, Map.of("PW", "x"));
    PlanCompiler.check(
        read.draft().orElseThrow(), PlanCompiler.Stores.UNREACHABLE, read.problems());
    assertThat(read.problems().all()).hasSize(2);
    assertThat(read.problems().all().getFirst().fix()).contains("customerId");
  }

  @Test
  void shouldKnowAMisspeltLensWithoutAStore() throws IOException {
    assertThat(ShopStores.SPEC).contains("{ join: ");
    Path file =
        Files.writeString(
            folder.resolve("shop.yaml"), ShopStores.SPEC.replace("{ join: ", "{ jion: "));
    var read = SpecReader.read(file, Map.of("PW", "x"));
    PlanCompiler.check(
        read.draft().orElseThrow(), PlanCompiler.Stores.UNREACHABLE, read.problems());
    assertThat(read.problems().all()).hasSize(1);
    assertThat(read.problems().all().getFirst().fix()).isEqualTo("did you mean 'join'?");
  }

  @Test
  void shouldRefuseAForeignKeyThatLeavesItsDomain() throws IOException {
    stores = stores.ordersReferringToCustomers();
    var outcome = compile(ShopStores.SPEC);
    assertThat(outcome.plan()).isEmpty();
    assertThat(outcome.errors())
        .singleElement()
        .asString()
        .contains("a foreign key of sales.orders refers to crm.customer of domain customers")
        .contains("drop the constraint");
  }

  /// It stands in a row of the target that has to fit into a page, whatever the domain's size.
  @Test
  void shouldHaveAFingerprintOfABoundedLength() throws IOException {
    var domain = compile(ShopStores.SPEC).plan().orElseThrow().domains().getFirst();
    var entity = domain.entities().getFirst();
    var hundred = of(domain, 100, entity);
    assertThat(hundred.fingerprint()).startsWith(entity.fingerprint() + "-");
    assertThat(hundred.fingerprint().length()).isBetween(6_000, 6_500);
    assertThat(of(domain, 101, entity).fingerprint()).hasSize(entity.fingerprint().length());
    assertThat(of(domain, 102, entity).fingerprint())
        .isNotEqualTo(of(domain, 101, entity).fingerprint());
  }

  private static DomainPlan of(DomainPlan domain, int entities, EntityPlan entity) {
    return DomainPlan.first(domain.topics(), 1, "id", Collections.nCopies(entities, entity));
  }
}

package dev.tandem.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tandem.table.TableId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecReaderTest {
  private static final String LEGACY = "password: \"${LEGACY_PASSWORD}\"";
  private static final String TARGET = "password: \"${TARGET_PASSWORD}\"";
  @TempDir Path folder;

  private SpecReader.Result read(String text) throws IOException {
    return SpecReader.read(
        Files.writeString(folder.resolve("shop.yaml"), text), GoodSpec.ENVIRONMENT);
  }

  private Spec good() throws IOException {
    var result = read(GoodSpec.TEXT);
    assertThat(result.problems().all()).isEmpty();
    return result.spec().orElseThrow();
  }

  private static List<String> said(SpecReader.Result result) {
    return result.problems().all().stream()
        .filter(problem -> problem.severity() == Problem.Severity.ERROR)
        .map(problem -> problem.place().line() + " " + problem.path() + ": " + problem.cause())
        .toList();
  }

  @Test
  void shouldReadAWholeSpec() throws IOException {
    var spec = good();
    assertThat(spec.migration().value()).isEqualTo("shop");
    assertThat(spec.legacy().password().reveal()).isEqualTo(GoodSpec.PASSWORD);
    assertThat(spec.kafka().values()).containsEntry("bootstrap.servers", "kafka:9092");
    assertThat(spec.registry().url()).isEqualTo("http://registry:8081");
    assertThat(spec.domains()).hasSize(2);
    var customers = spec.domains().getFirst();
    assertThat(customers.owner()).isEqualTo(new DomainSpec.Owner("crm", "crm-oncall@example.com"));
    assertThat(customers.partitions()).isEqualTo(6);
    assertThat(spec.domains().stream().map(DomainSpec::onTruncate))
        .containsExactlyInAnyOrder(Optional.empty(), Optional.of("stop"));
    assertThat(customers.objectives())
        .isEqualTo(new Objectives(Duration.ofSeconds(5), 1e-5, Duration.ofMinutes(1)));
    assertThat(customers.sunset())
        .isEqualTo(
            new Sunset.Retired(
                List.of(
                    new Sunset.NoDivergenceFor(Duration.ofDays(30)),
                    new Sunset.Attested("finance has closed the year")),
                LocalDate.of(2027, 6, 30)));
  }

  @Test
  void shouldReadHowDifferencesAreRepairedAndCompared() throws IOException {
    var customers = good().domains().getFirst();
    assertThat(customers.repair())
        .isEqualTo(
            new RepairSpec(
                Optional.of("repair"),
                Optional.of("report"),
                Optional.of(300),
                Optional.of(30),
                Optional.of(0.1)));
    var comparison = customers.entities().getFirst().comparison();
    assertThat(comparison.repair().orphans()).contains("delete");
    assertThat(comparison.repair().policy()).isEmpty();
    assertThat(comparison.sensitive())
        .extracting(Located::value)
        .containsExactly("fullName", "phones");
    assertThat(comparison.computed()).extracting(Located::value).containsExactly("createdAt");
    var orders = good().domains().get(1);
    assertThat(orders.repair()).isEqualTo(RepairSpec.NOTHING_SAID);
    assertThat(orders.entities().getFirst().comparison().computed()).isEmpty();
  }

  @Test
  void shouldReadWhatTheSlotsMayRetain() throws IOException {
    var spec = good();
    assertThat(spec.legacy().retained()).isEqualTo(RetainedLog.NOTHING_SAID);
    var result =
        read(
            GoodSpec.TEXT
                .replace(LEGACY, LEGACY + ", retained-log: { budget: 10GB, action: drop-slot }")
                .replace(TARGET, TARGET + ", retained-log: { budget: 512MB }"));
    assertThat(result.problems().all()).isEmpty();
    spec = result.spec().orElseThrow();
    assertThat(spec.legacy().retained())
        .isEqualTo(new RetainedLog(OptionalLong.of(10_737_418_240L), RetainedLog.Action.DROP_SLOT));
    assertThat(spec.target().retained())
        .isEqualTo(new RetainedLog(OptionalLong.of(536_870_912), RetainedLog.Action.ALARM));
  }

  @Test
  void shouldDropNoSlotBeyondABudgetThatNobodyHasNamed() throws IOException {
    var result =
        read(
            GoodSpec.TEXT
                .replace(LEGACY, LEGACY + ", retained-log: { action: drop-slot }")
                .replace(TARGET, TARGET + ", retained-log: { budget: 10, action: drop-slot }"));
    assertThat(result.problems().all())
        .extracting(Problem::path, Problem::cause, Problem::fix)
        .containsExactly(
            tuple(
                "legacy.retained-log",
                "'budget' is missing",
                "say beyond how much the slot is dropped: budget: 100GB"),
            tuple(
                "target.retained-log.budget",
                "expected a size, found '10'",
                "write a number of at most six digits with its unit: 500MB, 10GB, 1TB"));
  }

  @Test
  void shouldSayWhatWasProbablyMeantInARepairBlock() throws IOException {
    var result =
        read(
            GoodSpec.TEXT
                .replace("policy: repair", "polcy: repair")
                .replace("orphans: delete", "orphans: delet")
                .replace("brake: 0.1", "brake: 0"));
    assertThat(result.problems().all())
        .extracting(Problem::cause, Problem::fix)
        .containsExactly(
            tuple("unknown key 'polcy'", "did you mean 'policy'?"),
            tuple(
                "expected a share above 0 and up to 1, found '0'",
                "write a number: 0.05 is one of twenty"),
            tuple("expected one of report, delete, found 'delet'", "did you mean 'delete'?"));
  }

  @Test
  void shouldReadAnEntityWithItsTables() throws IOException {
    var customer = good().domains().getFirst().entities().getFirst();
    assertThat(customer.version().orElseThrow().value()).isEqualTo(2);
    assertThat(customer.from().root().value()).isEqualTo(new TableId("public", "cust_mst"));
    var phones = customer.from().children().get(1);
    assertThat(phones.on().getFirst().child().value()).isEqualTo("owner_no");
    assertThat(phones.on().getFirst().root().orElseThrow().value()).isEqualTo("cust_no");
    assertThat(customer.map().entries()).containsKeys("customerId", "addresses");
    assertThat(customer.to().columns().getFirst().column().value()).isEqualTo("name");
    assertThat(customer.to().children().get(1).key()).hasSize(2);
  }

  @Test
  void shouldGiveDefaultsForWhatIsLeftOut() throws IOException {
    var orders = good().domains().get(1);
    assertThat(orders.partitions()).isEqualTo(12);
    assertThat(orders.tenant()).isEmpty();
    var order = orders.entities().getFirst();
    assertThat(order.version()).isEmpty();
    assertThat(order.from().root().value()).isEqualTo(new TableId("public", "ord"));
    assertThat(order.to().table().value()).isEqualTo(new TableId("sales", "orders"));
  }

  @Test
  void shouldAskForARegistryThatCanBeReached() throws IOException {
    assertThat(said(read(GoodSpec.TEXT.replaceFirst("registry: .*\n", ""))))
        .singleElement()
        .asString()
        .contains("'registry' is missing");
    for (String wrong : new String[] {"{}", "{ url: 'registry:8081' }", "{ url: 'http://' }"}) {
      assertThat(said(read(GoodSpec.TEXT.replaceFirst("registry: .*", "registry: " + wrong))))
          .as(wrong)
          .singleElement()
          .asString()
          .containsAnyOf("'url' is missing", "begin with http:// or https://");
    }
    String two = "registry: { schema.registry.url: 'https://a:1, http://b:2' }";
    assertThat(said(read(GoodSpec.TEXT.replaceFirst("registry: .*", two)))).isEmpty();
  }

  @Test
  void shouldRefuseANameWhoseSlotWouldBeTakenForThatOfAnotherMigrationsTarget() throws IOException {
    assertThat(said(read(GoodSpec.TEXT.replace("migration: shop", "migration: shop-target"))))
        .singleElement()
        .asString()
        .contains("that of 'shop'");
  }

  @Test
  void shouldReportTwelvePlantedErrorsAsTwelve() throws IOException {
    String text =
        GoodSpec.TEXT
            .replace("migration: shop", "migration: Shop_1") // line 1
            .replace("user: tandem, password: \"${LEG", "usr: tandem, pasword: \"${LEG") // 2, twice
            .replace("${TARGET_PASSWORD}", "${NOT_SET}") // 3
            .replace("bootstrap.servers", "transactional.id: x, bootstrap.servers") // 4
            .replace("    owner: { team: crm, ", "    owner: { ") // 8
            .replace("partitions: 6", "partitions: many") // 9
            .replace("reconciliation-lag-p99: 5s\n", "reconciliation-lag-p99: 5\n") // 13
            .replace("divergence-rate: 1e-5", "divergence-rate: 7") // 14
            .replace("version: 2", "version: [2]") // 25
            .replace("deadline: 2027-06-30", "deadline: soon") // 50
            .replace("    sunset: { permanent", "    sunst: { permanent"); // 62
    var result = read(text);
    assertThat(result.spec()).isEmpty();
    assertThat(said(result))
        .containsExactly(
            "1 migration: 'Shop_1' cannot be part of a topic name",
            "2 legacy.usr: unknown key 'usr'",
            "2 legacy.pasword: unknown key 'pasword'",
            "3 target.password: '${NOT_SET}' is not set in the environment",
            "4 kafka.transactional.id: 'transactional.id' is set by Tandem itself",
            "8 domains.customers.owner: 'team' is missing",
            "9 domains.customers.partitions: expected a whole number, found 'many'",
            "13 domains.customers.objectives.reconciliation-lag-p99: expected a duration, found"
                + " '5'",
            "14 domains.customers.objectives.divergence-rate: expected a share between 0 and 1,"
                + " found '7'",
            "27 domains.customers.entities.Customer.version: expected a text, found a list",
            "53 domains.customers.sunset.deadline: expected a date, found 'soon'",
            "65 domains.orders.sunst: unknown key 'sunst'");
  }
}

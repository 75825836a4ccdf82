package dev.tandem.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.spec.Problem;
import dev.tandem.spec.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `publish` of the orders, whose contract has three versions: each has a field more.
class PublishTest {
  private static final String FIELDS = "\"fields\": [";
  @TempDir Path folder;
  private final ShopStores stores = new ShopStores();

  @BeforeEach
  void contract() throws IOException {
    ShopStores.writeContract(folder);
    Path order = folder.resolve("order");
    String first =
        Files.readString(order.resolve("v1.avsc")).replaceAll("\"fields\"\\s*:\\s*\\[", FIELDS);
    assertThat(first).contains(FIELDS);
    String second = first.replace(FIELDS, FIELDS + field("note"));
    Files.writeString(order.resolve("v2.avsc"), second);
    Files.writeString(order.resolve("v3.avsc"), second.replace(FIELDS, FIELDS + field("more")));
  }

  private static String field(String name) {
    return "{\"name\": \"%s\", \"type\": \"string\", \"default\": \"\"}, ".formatted(name);
  }

  private record Outcome(Optional<MigrationPlan> plan, List<Problem> problems) {
    EntityPlan order() {
      assertThat(problems).isEmpty();
      return plan.orElseThrow().domains().getLast().entities().getFirst();
    }

    List<String> causes() {
      return problems.stream()
          .map(problem -> problem.place().line() + ": " + problem.cause())
          .toList();
    }
  }

  private Outcome compile(String more) throws IOException {
    String text =
        ShopStores.SPEC.replace(
            "contract: order\n", "contract: order\n        version: 1\n        " + more + "\n");
    var read =
        SpecReader.read(Files.writeString(folder.resolve("shop.yaml"), text), Map.of("PW", "x"));
    var plan =
        read.draft()
            .flatMap(
                spec ->
                    PlanCompiler.compile(spec, stores.legacy(), stores.target(), read.problems()));
    return new Outcome(plan, read.problems().all());
  }

  @Test
  void shouldPlanEachVersionThatIsPublishedWithTheWayToIt() throws IOException {
    var order = compile("publish: [3, 2]").order();
    assertThat(order.published()).extracting(PublishedVersion::version).containsExactly(3, 2);
    assertThat(order.published().getFirst().schema().getField("more")).isNotNull();
    assertThat(order.published().getFirst().route().steps()).hasSize(2);
    assertThat(compile("publish: 2").order().published()).hasSize(1);
    assertThat(
            compile("publish: [3, 2]").plan().orElseThrow().domains().getLast().publishedVersions())
        .containsExactly(2, 3);
  }

  @Test
  void shouldKeepTheFingerprintWhateverIsPublished() throws IOException {
    assertThat(compile("publish: [2, 3]").order().fingerprint())
        .isEqualTo(compile("").order().fingerprint());
  }

  @Test
  void shouldPublishOnWhereAnotherGenerationHasTheTables() throws IOException {
    var domain = compile("publish: 2").plan().orElseThrow().domains().getLast();
    assertThat(domain.in("other").of(2, 1).publishedVersions()).containsExactly(2);
  }

  @Test
  void shouldRefuseWhatIsNoOtherVersion() throws IOException {
    assertThat(compile("publish: [1, 2, 2, 4]").causes())
        .containsExactly(
            "39: version 1 is what the entity is translated to: the contract topic has it",
            "39: version 2 is named twice",
            "39: the contract has no version 4, only [1, 2, 3]");
    assertThat(compile("publish: two").causes())
        .containsExactly("39: expected a whole number, found 'two'");
  }

  @Test
  void shouldRefuseAVersionThatNoStepsLeadTo() throws IOException {
    Path third = folder.resolve("order/v3.avsc");
    Files.writeString(third, Files.readString(third).replace(field("note"), ""));
    Path second = folder.resolve("order/v2.avsc");
    Files.writeString(second, Files.readString(second).replace(", \"default\": \"\"", ""));
    Files.writeString(folder.resolve("order/steps.yaml"), "compatibility: none");
    assertThat(compile("publish: 2").problems())
        .allSatisfy(problem -> assertThat(problem.place().file()).endsWith("steps.yaml"))
        .extracting(Problem::path)
        .contains("1-2.up.note");
  }
}

package dev.tandem.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
  @TempDir Path folder;

  private static List<Problem> problems(String text) {
    var problems = new Problems();
    YamlReader.parse("x.yaml", text, problems);
    return problems.all();
  }

  private static Node.Mapping mapping(String text) {
    var problems = new Problems();
    var node = YamlReader.parse("x.yaml", text, problems);
    assertThat(problems.all()).isEmpty();
    return (Node.Mapping) node.orElseThrow();
  }

  @Test
  void shouldKnowThePlaceOfEveryKeyAndValue() {
    var root = mapping("a: 1\nb:\n  - x\n  - 'y'\n");
    assertThat(root.keys().get("b")).isEqualTo(new Node.Place("x.yaml", 2, 1));
    assertThat(root.entries().get("b"))
        .isEqualTo(
            new Node.Sequence(
                new Node.Place("x.yaml", 3, 3),
                List.of(
                    new Node.Scalar(new Node.Place("x.yaml", 3, 5), "x", false),
                    new Node.Scalar(new Node.Place("x.yaml", 4, 5), "y", true))));
  }

  @Test
  void shouldResolveAliases() {
    var root = mapping("a: &x { b: c }\nd: *x\n");
    assertThat(root.entries().get("d")).isEqualTo(root.entries().get("a"));
  }

  @Test
  void shouldReportADuplicateKeyWithBothLines() {
    assertThat(problems("a: 1\nb: 2\na: 3\n"))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.place()).isEqualTo(new Node.Place("x.yaml", 3, 1));
              assertThat(problem.cause()).contains("'a'").contains("line 1");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing\n",
        "a: [1, 2",
        "a: b: c",
        "\tb: c",
        "a:\n\t- b",
        "a: 'unfinished",
        "a: *nowhere",
        "a: &a [ *a ]",
        "[1]: 2",
        "a: 1\n---\nb: 2",
        "a: \u0001",
        "a: !!binary &",
        "%YAML 9.9\n---\na",
        "- ]"
      })
  void shouldRefuseWhatIsNoDocumentWithExactlyOneProblem(String text) {
    assertThat(problems(text))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.place().line()).isPositive();
              assertThat(problem.fix()).isNotEmpty();
            });
  }

  @Test
  void shouldSayThatTabsDoNotIndent() {
    assertThat(problems("a:\n\tb: c").getFirst().fix()).contains("spaces");
  }

  @Test
  void shouldRefuseAliasesThatBlowUp() {
    var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      String alias = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(
                  i,
                  i,
                  String.join(
                      ",", List.of(alias, alias, alias, alias, alias, alias, alias, alias))));
    }
    assertThat(problems(bomb.toString()).getFirst().cause()).contains("aliases counted");
  }

  @Test
  void shouldRefuseDeepNesting() {
    assertThat(problems("[".repeat(5000)).getFirst().cause()).contains("levels");
  }

  @Test
  void shouldRefuseFilesThatAreHugeMissingOrNotUtf8() throws IOException {
    Path huge = Files.writeString(folder.resolve("huge"), "a: " + "x".repeat(10 << 20));
    Path latin = Files.write(folder.resolve("latin"), new byte[] {'a', ':', ' ', (byte) 0xe4});
    for (Path file : List.of(huge, latin, folder.resolve("none"), folder)) {
      var problems = new Problems();
      assertThat(YamlReader.read(file, problems)).isEmpty();
      assertThat(problems.all()).hasSize(1);
    }
  }

  /// Seeds are printed by the assertion; a failing one can be tried alone.
  @Test
  void shouldNeverThrowForASpoiledSpec() throws IOException {
    Path file = folder.resolve("spoiled.yaml");
    for (int seed = 0; seed < 2000; seed++) {
      Files.writeString(file, spoil(GoodSpec.TEXT, new SplittableRandom(seed)));
      var result = SpecReader.read(file, GoodSpec.ENVIRONMENT);
      assertThat(result.spec().isPresent() || result.problems().hasErrors())
          .as("seed %s", seed)
          .isTrue();
      assertThat(result.problems().all().toString() + result.draft())
          .as("seed %s", seed)
          .doesNotContain(GoodSpec.PASSWORD);
    }
  }

  private static String spoil(String text, SplittableRandom random) {
    var spoiled = new StringBuilder(text);
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      int at = random.nextInt(spoiled.length());
      int end = Math.min(spoiled.length(), at + random.nextInt(1, 20));
      switch (random.nextInt(5)) {
        case 0 -> spoiled.delete(at, end);
        case 1 -> spoiled.insert(at, spoiled.substring(at, end));
        case 2 -> spoiled.insert(at, "{}[]:,&*!|>'\"%@`#-?\t\n\0ä".charAt(random.nextInt(23)));
        case 3 -> spoiled.setCharAt(at, (char) random.nextInt(32, 127));
        default -> spoiled.insert(at, "\n" + " ".repeat(random.nextInt(12)) + "x: [y, {z: }]\n");
      }
    }
    return spoiled.toString();
  }

  @Test
  void shouldNotPrintASecret() throws IOException {
    Path file = Files.writeString(folder.resolve("shop.yaml"), GoodSpec.TEXT);
    var spec = SpecReader.read(file, GoodSpec.ENVIRONMENT).spec().orElseThrow();
    assertThat(spec.toString()).contains("***").doesNotContain(GoodSpec.PASSWORD);
    assertThat(new ClientProperties(Map.of("sasl.jaas.config", "secret")).toString())
        .isEqualTo("[sasl.jaas.config]");
  }
}

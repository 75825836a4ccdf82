package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.spec.SpecReader;
import dev.tandem.wire.Divergence.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The documents say what the program does.
class DocumentsTest {
  private static final Path DOCS = Path.of("docs");
  private static final Pattern FIRST_COLUMN = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
  private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z]*Test)\\b");
  private static final String DOMAIN = "`domains.<domain>";
  private static final String ENTITY = DOMAIN + ".entities.<entity>";

  /// The heading in the reference of each section of the JSON Schema.
  private static final Map<String, String> HEADINGS =
      Map.ofEntries(
          Map.entry("spec", "The document"),
          Map.entry("store", "`target`"),
          Map.entry("legacy", "`legacy`"),
          Map.entry("retainedLog", "`legacy.retained-log`, `target.retained-log`"),
          Map.entry("replica", "`legacy.replica`"),
          Map.entry("http", "`http`"),
          Map.entry("httpToken", "`http.tokens[]`"),
          Map.entry("httpJwt", "`http.jwt`"),
          Map.entry("httpTls", "`http.tls`"),
          Map.entry("domain", DOMAIN + "`"),
          Map.entry("invariant", DOMAIN + ".invariants.<name>`"),
          Map.entry("owner", DOMAIN + ".owner`"),
          Map.entry("objectives", DOMAIN + ".objectives`"),
          Map.entry("repair", DOMAIN + ".repair`"),
          Map.entry("poison", DOMAIN + ".poison`"),
          Map.entry("sunset", DOMAIN + ".sunset`"),
          Map.entry("permanent", DOMAIN + ".sunset.permanent`"),
          Map.entry("criterion", DOMAIN + ".sunset.criteria[]`"),
          Map.entry("entity", ENTITY + "`"),
          Map.entry("entityRepair", ENTITY + ".repair`"),
          Map.entry("from", ENTITY + ".from`"),
          Map.entry("fromChild", ENTITY + ".from.children.<list>`"),
          Map.entry("fromOutbox", ENTITY + ".from` with `outbox`"),
          Map.entry("outboxColumns", ENTITY + ".from.columns`"),
          Map.entry("to", ENTITY + ".to`"),
          Map.entry("toChild", ENTITY + ".to.children.<list>`"));

  private static JsonNode sections() throws IOException {
    try (InputStream schema = SpecReader.class.getResourceAsStream("spec.schema.json")) {
      return new ObjectMapper().readTree(Objects.requireNonNull(schema)).path("$defs");
    }
  }

  /// Lenses have a document of their own.
  static List<String> sectionNames() throws IOException {
    return sections().properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> !name.equals("lens"))
        .toList();
  }

  /// A test that a document names is there.
  @Test
  void shouldNameOnlyTestsThatThereAre() throws IOException {
    var tests = new TreeSet<String>();
    try (var files = Files.walk(Path.of(".."))) {
      files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith("Test.java"))
          .forEach(name -> tests.add(name.replace(".java", "")));
    }
    var named = new TreeSet<String>();
    try (var documents = Files.list(DOCS)) {
      for (Path document : documents.toList()) {
        Matcher test = TEST.matcher(Files.readString(document));
        while (test.find()) {
          named.add(test.group(1));
        }
      }
    }
    assertThat(named).hasSizeGreaterThan(40);
    assertThat(tests).containsAll(named);
  }

  @ParameterizedTest
  @MethodSource("sectionNames")
  void shouldExplainEveryKeyOfTheSpecAndNoOther(String section) throws IOException {
    var keys = new TreeSet<String>();
    sections().path(section).path("properties").fieldNames().forEachRemaining(keys::add);
    assertThat(HEADINGS).containsKey(section);
    assertThat(firstColumn(part(read("spec.md"), HEADINGS.getOrDefault(section, ""))))
        .isEqualTo(keys);
  }

  @Test
  void shouldExplainEveryKindOfDivergence() throws IOException {
    var kinds = new TreeSet<>(Arrays.stream(Kind.values()).map(Enum::name).toList());
    assertThat(firstColumn(part(read("verification.md"), "The kinds"))).isEqualTo(kinds);
  }

  @Test
  void shouldNameEveryDocumentInTheReadme() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    try (Stream<Path> documents = Files.list(DOCS)) {
      assertThat(documents)
          .allSatisfy(
              document -> assertThat(readme).contains("deploy/docs/" + document.getFileName()));
    }
  }

  private static String read(String name) throws IOException {
    return Files.readString(DOCS.resolve(name));
  }

  /// What stands below a heading.
  private static String part(String document, String heading) {
    int from = document.indexOf("\n## " + heading + "\n");
    assertThat(from).as("a heading '## %s'", heading).isNotNegative();
    int to = document.indexOf("\n## ", from + 1);
    return to < 0 ? document.substring(from) : document.substring(from, to);
  }

  private static Set<String> firstColumn(String part) {
    var keys = new TreeSet<String>();
    Matcher row = FIRST_COLUMN.matcher(part);
    while (row.find()) {
      keys.add(row.group(1));
    }
    return keys;
  }
}

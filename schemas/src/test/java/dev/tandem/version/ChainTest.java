package dev.tandem.version;

import static dev.tandem.version.Folder.field;
import static dev.tandem.version.Folder.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.spec.Problem;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainTest {
  private static final String STRING = "\"string\"";
  private static final String MONEY =
      "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 10, \"scale\": 2}";
  private static final String FINER =
      "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 14, \"scale\": 4}";

  @TempDir Path directory;
  private Folder folder;

  @BeforeEach
  void folder() {
    folder = new Folder(directory);
  }

  private static String symbols(String name, String... symbols) {
    return "{\"type\": \"enum\", \"name\": \"%s\", \"symbols\": [\"%s\"]}"
        .formatted(name, String.join("\", \"", symbols));
  }

  private static String nested(String name, String... fields) {
    return "{\"type\": \"record\", \"name\": \"%s\", \"fields\": [%s]}"
        .formatted(name, String.join(", ", fields));
  }

  private static String list(String items) {
    return "{\"type\": \"array\", \"items\": " + items + "}";
  }

  private Schema version(int number) {
    return folder.contract().folder().version(number);
  }

  private GenericRecord pass(int from, int to, Object... values) {
    return folder.chain().between(from, to).of(record(version(from), values));
  }

  private List<Lost> lost(int from, int to) {
    return folder.chain().between(from, to).steps().stream()
        .flatMap(step -> step.lost().stream())
        .toList();
  }

  @Test
  void shouldCopyWhatIsEqualAndRenameBothWaysFromOneLens() {
    folder
        .version(field("id", STRING), field("nm", STRING), field("size", "\"int\""))
        .version(field("id", STRING), field("name", STRING), field("size", "\"long\""))
        .steps("compatibility: none\n1-2: { up: { name: nm, size: size } }");
    assertThat(pass(1, 2, "a", "b", 7))
        .hasToString("{\"id\": \"a\", \"name\": \"b\", \"size\": 7}");
    assertThat(pass(2, 1, "a", "b", 7L)).hasToString("{\"id\": \"a\", \"nm\": \"b\", \"size\": 7}");
    assertThat(lost(1, 2)).isEmpty();
    assertThat(lost(2, 1)).isEmpty();
    assertThat(folder.chain().between(1, 2).isLossless()).isTrue();
  }

  @Test
  void shouldExchangeFieldsThatChangeTheirNames() {
    folder
        .version(field("a", STRING), field("b", STRING))
        .version(field("a", STRING), field("b", STRING))
        .steps("1-2: { up: { a: b, b: a } }");
    assertThat(pass(1, 2, "x", "y")).hasToString("{\"a\": \"y\", \"b\": \"x\"}");
    assertThat(pass(2, 1, "y", "x")).hasToString("{\"a\": \"x\", \"b\": \"y\"}");
    assertThat(lost(1, 2)).isEmpty();
  }

  @Test
  void shouldRefuseANumberThatDoesNotFitAndNameVersionAndField() {
    folder
        .version(field("n", "\"int\""))
        .version(field("n", "\"long\""))
        .steps("1-2: { down: { n: { cast: n, overflow: fail } } }");
    assertThatThrownBy(() -> pass(2, 1, 1L << 40))
        .isInstanceOf(StepException.class)
        .hasMessage(
            "version 1: n: expected a number from -2147483648 to 2147483647, found one beyond");
    assertThat(lost(2, 1)).isEmpty();
  }

  @Test
  void shouldMakeNoInfinityOfATextThatIsANumber() {
    folder
        .version(field("a", STRING), field("b", STRING), field("c", STRING))
        .version(field("a", "\"double\""), field("b", "\"float\""), field("c", "\"float\""))
        .steps(
            """
            compatibility: none
            1-2:
              up: { a: { cast: a }, b: { cast: b }, c: { cast: c, overflow: clamp } }
              down: { a: { cast: a }, b: { cast: b }, c: { cast: c } }
            """);
    assertThat(pass(1, 2, "1e300", "-2.5", "1e39"))
        .hasToString("{\"a\": 1.0E300, \"b\": -2.5, \"c\": 3.4028235E38}");
    assertThat(pass(1, 2, "NaN", "-Infinity", "Infinity"))
        .extracting(record -> Double.toString((Double) record.get("a")))
        .isEqualTo("NaN");
    for (String other : List.of("1e400", "1d", " 7 ", "0x1p3", "", "inf")) {
      assertThatThrownBy(() -> pass(1, 2, other, "1", "1")).isInstanceOf(StepException.class);
      assertThatThrownBy(() -> pass(1, 2, "1", other, "1")).isInstanceOf(StepException.class);
    }
    assertThatThrownBy(() -> pass(1, 2, "1", "1e39", "1"))
        .hasMessage(
            "version 2: b: expected a number that floating point can hold, found a larger one");
  }

  @Test
  void shouldClampOrDropWhatDoesNotFitWhereThatIsDeclared() {
    folder
        .version(field("a", "\"int\""), field("b", "[\"null\", \"int\"]"))
        .version(field("a", "\"long\""), field("b", "[\"null\", \"long\"]"))
        .steps(
            """
            1-2:
              down: { a: { cast: a, overflow: clamp }, b: { cast: b, overflow: null } }
            """);
    assertThat(pass(2, 1, -(1L << 40), 1L << 40)).hasToString("{\"a\": -2147483648, \"b\": null}");
    assertThat(lost(2, 1))
        .containsExactly(
            new Lost("a", "what does not fit is changed"),
            new Lost("b", "what does not fit is changed"));
    assertThat(lost(1, 2)).isEmpty();
  }

  @Test
  void shouldAskForALensWhereANumberNarrows() {
    folder.version(field("n", "\"int\"")).version(field("n", "\"long\"")).steps("1-2: {}");
    assertThat(folder.load()).isEmpty();
    assertThat(folder.problems())
        .singleElement()
        .asString()
        .contains("steps.yaml:1:1: 1-2.down.n: expected a source for int, found 'n', long")
        .contains("fix: write { cast: n, overflow: fail }, or clamp, or null");
  }

  @Test
  void shouldNameEachFieldThatNoInverseGives() {
    folder
        .version(field("first", STRING), field("last", STRING))
        .version(field("full", STRING))
        .steps("compatibility: none\n1-2:\n  up: { full: { join: [first, last], with: ' ' } }\n");
    assertThat(folder.load()).isEmpty();
    assertThat(folder.problems())
        .extracting(Problem::path)
        .containsExactly("1-2.down.first", "1-2.down.last");
    assertThat(folder.problems().getFirst().cause()).contains("no lens of the opposite direction");
  }

  @Test
  void shouldJoinAndSplitAndSayThatItLoses() {
    folder
        .version(field("first", STRING), field("last", STRING))
        .version(field("full", STRING))
        .steps(
            """
            compatibility: none
            1-2:
              up: { full: { join: [first, last], with: " " } }
              down:
                first: { split: full, at: " ", part: 0 }
                last: { split: full, at: " ", part: -1 }
            """);
    assertThat(pass(1, 2, "Ada", "King")).hasToString("{\"full\": \"Ada King\"}");
    assertThat(pass(2, 1, "Ada King")).hasToString("{\"first\": \"Ada\", \"last\": \"King\"}");
    assertThat(lost(1, 2)).extracting(Lost::field).containsExactly("first", "last");
    assertThat(lost(2, 1)).extracting(Lost::field).containsExactly("full");
  }

  @Test
  void shouldLookUpBothWaysAndKeepSymbolsThatAreNotListed() {
    folder
        .version(field("s", symbols("S", "A", "I", "GONE")))
        .version(field("s", symbols("S", "ACTIVE", "INACTIVE", "GONE")))
        .steps(
            "compatibility: none\n"
                + "1-2: { up: { s: { lookup: s, values: { A: ACTIVE, I: INACTIVE } } } }");
    assertThat(pass(1, 2, symbol(1, "A"))).hasToString("{\"s\": \"ACTIVE\"}");
    assertThat(pass(1, 2, symbol(1, "GONE"))).hasToString("{\"s\": \"GONE\"}");
    assertThat(pass(2, 1, symbol(2, "INACTIVE"))).hasToString("{\"s\": \"I\"}");
    assertThat(lost(1, 2)).isEmpty();
    assertThat(lost(2, 1)).isEmpty();
  }

  private Object symbol(int version, String name) {
    return new GenericData.EnumSymbol(version(version).getField("s").schema(), name);
  }

  @Test
  void shouldAskForEverySymbolAndSayWhatANewOneLoses() {
    folder
        .version(field("s", symbols("S", "A")))
        .version(field("s", symbols("S", "A", "B")))
        .steps("1-2: { down: { s: { lookup: s, values: {} } } }");
    assertThat(folder.load()).isEmpty();
    assertThat(folder.problems()).singleElement().asString().contains("found none for B");
    var other = new Folder(directory);
    other
        .version(field("s", symbols("S", "A")))
        .version(field("s", symbols("S", "A", "B")))
        .steps("1-2: { down: { s: { lookup: s, values: {}, default: A } } }");
    assertThat(other.chain().between(2, 1).steps().getFirst().lost())
        .containsExactly(new Lost("s", "values that differ come back as one"));
    assertThat(other.chain().between(1, 2).isLossless()).isTrue();
  }

  @Test
  void shouldGiveDecimalsAnotherScale() {
    folder
        .version(field("m", MONEY))
        .version(field("m", FINER))
        .steps(
            "compatibility: none\n"
                + "1-2: { up: { m: { decimal: m } }, down: { m: { decimal: m, rounding: half-up } } }");
    assertThat(pass(1, 2, new BigDecimal("1.25")).get("m")).isEqualTo(new BigDecimal("1.2500"));
    assertThat(pass(2, 1, new BigDecimal("1.2550")).get("m")).isEqualTo(new BigDecimal("1.26"));
    assertThat(lost(1, 2)).isEmpty();
    assertThat(lost(2, 1)).containsExactly(new Lost("m", "digits behind the point are dropped"));
  }

  @Test
  void shouldGatherFieldsIntoARecordAndTakeThemOutAgain() {
    folder
        .version(field("street", STRING), field("town", STRING))
        .version(
            field("address", nested("Address", field("street", STRING), field("city", STRING))))
        .steps("compatibility: none\n1-2: { up: { address: { record: { city: town } } } }");
    // The street is implied by its name: it is no field of a record that version 2 could give back.
    assertThat(folder.load()).isEmpty();
    folder = new Folder(directory);
    folder
        .version(field("street", STRING), field("town", STRING))
        .version(
            field("address", nested("Address", field("street", STRING), field("city", STRING))))
        .steps(
            "compatibility: none\n"
                + "1-2: { up: { address: { record: { street: street, city: town } } } }");
    var made = pass(1, 2, "Elm 1", "Ulm");
    assertThat(made).hasToString("{\"address\": {\"street\": \"Elm 1\", \"city\": \"Ulm\"}}");
    assertThat(folder.chain().between(2, 1).of(made))
        .hasToString("{\"street\": \"Elm 1\", \"town\": \"Ulm\"}");
    assertThat(lost(1, 2)).isEmpty();
    assertThat(lost(2, 1)).isEmpty();
  }

  @Test
  void shouldTranslateEachRecordOfAListAndSayWhichOfItsFieldsAreLost() {
    folder
        .version(
            field("lines", list(nested("Line", field("sku", STRING), field("qty", "\"int\"")))))
        .version(
            field(
                "lines",
                list(
                    nested(
                        "Line",
                        field("article", STRING),
                        field("qty", "\"int\""),
                        field("note", STRING, "\"\"")))))
        .steps(
            "compatibility: none\n1-2: { up: { lines: { each: lines, map: { article: sku } } } }");
    Schema line = version(1).getField("lines").schema().getElementType();
    var made = pass(1, 2, List.of(record(line, "x", 1), record(line, "y", 2)));
    assertThat(made)
        .hasToString(
            "{\"lines\": [{\"article\": \"x\", \"qty\": 1, \"note\": \"\"},"
                + " {\"article\": \"y\", \"qty\": 2, \"note\": \"\"}]}");
    assertThat(folder.chain().between(2, 1).of(made))
        .isEqualTo(record(version(1), List.of(record(line, "x", 1), record(line, "y", 2))));
    assertThat(lost(1, 2)).isEmpty();
    assertThat(lost(2, 1))
        .containsExactly(new Lost("lines[].note", "the other version does not hold it"));
  }

  @Test
  void shouldRefuseALensThatCanBeNullForAFieldThatCannot() {
    folder
        .version(field("n", STRING))
        .version(field("n", "[\"null\", \"string\"]"))
        .steps("1-2: {}");
    assertThat(folder.load()).isEmpty();
    assertThat(folder.problems())
        .singleElement()
        .asString()
        .contains("1-2.down.n")
        .contains("default");
  }

  @Test
  void shouldRefuseLensesForFieldsThatAreNotThere() {
    folder
        .version(field("n", STRING))
        .version(field("n", STRING))
        .steps("1-2:\n  up:\n    m: n\n  down:\n    n: nn\n3-4: {}\n");
    assertThat(folder.load()).isEmpty();
    assertThat(folder.problems())
        .extracting(problem -> problem.place().line() + " " + problem.path())
        .containsExactly("3 1-2.up.m", "5 1-2.down.n", "6 3-4");
  }

  @Test
  void shouldLeadFromAnyVersionToAnyOther() {
    folder
        .version(field("a", STRING))
        .version(field("b", STRING))
        .version(field("c", STRING), field("n", "\"int\"", "1"))
        .version(field("d", STRING), field("n", "\"int\"", "1"))
        .steps(
            "compatibility: none\n1-2: { up: { b: a } }\n2-3: { up: { c: b } }\n3-4: { up: { d: c } }");
    assertThat(pass(4, 1, "x", 5)).hasToString("{\"a\": \"x\"}");
    assertThat(pass(1, 4, "x")).hasToString("{\"d\": \"x\", \"n\": 1}");
    assertThat(pass(2, 2, "x")).hasToString("{\"b\": \"x\"}");
    assertThat(folder.chain().between(1, 4).isLossless()).isTrue();
    assertThat(lost(4, 1)).containsExactly(new Lost("n", "the other version does not hold it"));
    assertThatThrownBy(() -> folder.chain().between(1, 5)).hasMessageContaining("version 4");
  }

  @Test
  void shouldOnlyWarnWhereThereAreNoStepsAndTheNamesDoNotSayThem() {
    folder.version(field("id", STRING), field("note", STRING)).version(field("id", STRING));
    assertThat(folder.contract().chain()).isEmpty();
    assertThat(folder.problems().getFirst())
        .satisfies(
            problem -> {
              assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING);
              assertThat(problem.cause()).contains("1-2.down.note");
            });
  }
}

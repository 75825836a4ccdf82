package dev.tandem.version;

import static dev.tandem.version.Folder.field;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.contract.Compatibility;
import dev.tandem.spec.Problem;
import java.nio.file.Path;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompatibilityTest {
  @TempDir Path directory;
  private Folder folder;

  @BeforeEach
  void folder() {
    folder = new Folder(directory);
  }

  /// Version 2 drops a field without a default, version 3 has it again, with one: each reads its
  /// predecessor and version 1, but version 1 does not read version 2.
  @ParameterizedTest
  @CsvSource({
    "none, true",
    "backward, true",
    "backward-transitive, true",
    "forward, false",
    "forward-transitive, false",
    "full, false",
    "full-transitive, false"
  })
  void shouldHoldAFolderToWhatItDeclares(String declared, boolean sound) {
    folder
        .version(field("id", "\"string\""), field("note", "\"string\""))
        .version(field("id", "\"string\""))
        .version(field("id", "\"string\""), field("note", "\"string\"", "\"\""))
        .steps(
            "compatibility: "
                + declared
                + "\n1-2: { down: { note: { constant: none } } }\n2-3: {}");
    assertThat(folder.load().isPresent()).isEqualTo(sound);
    assertThat(folder.problems().isEmpty()).isEqualTo(sound);
  }

  /// Version 1 to 2 keeps, version 2 to 3 keeps; what version 1 wrote as an int is a string in
  /// version 3 only through a version 2 that left the field out.
  @ParameterizedTest
  @CsvSource({
    "backward, true",
    "forward, true",
    "full, true",
    "backward-transitive, false",
    "forward-transitive, false",
    "full-transitive, false"
  })
  void shouldCompareWithAllPredecessorsWhereItIsTransitive(String declared, boolean sound) {
    folder
        .version(field("id", "\"string\""), field("size", "\"int\"", "0"))
        .version(field("id", "\"string\""))
        .version(field("id", "\"string\""), field("size", "\"string\"", "\"\""))
        .steps("compatibility: " + declared);
    assertThat(folder.load().isPresent()).isEqualTo(sound);
    if (!sound) {
      assertThat(folder.problems())
          .allSatisfy(problem -> assertThat(problem.place().file()).endsWith("v3.avsc"))
          .extracting(Problem::cause)
          .anySatisfy(cause -> assertThat(cause).containsPattern("version [13] wrote"));
    }
  }

  @Test
  void shouldSayWhichVersionCannotReadWhichAndTheFix() {
    folder
        .version(field("id", "\"string\""), field("note", "\"string\""))
        .version(field("id", "\"string\""))
        .steps("compatibility: forward\n1-2: { down: { note: { constant: none } } }");
    assertThat(folder.load()).isEmpty();
    assertThat(folder.problems())
        .singleElement()
        .asString()
        .contains("v2.avsc:1:1")
        .contains("version 1 cannot read what version 2 wrote")
        .contains("declared forward")
        .contains("fix: keep the field");
  }

  private static Schema typed(String type, String logical) {
    String optional =
        "[\"null\", {\"type\": \"%s\", \"logicalType\": %s}]".formatted(type, logical);
    return new Schema.Parser()
        .parse(
            "{\"type\": \"record\", \"name\": \"Thing\", \"fields\": ["
                + field("v", optional)
                + "]}");
  }

  /// Avro's own check of schemas passes each of these: what a reader gets is another number.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "bytes|decimal|, \"precision\": 12, \"scale\": 4|false",
        "bytes|decimal|, \"precision\": 10, \"scale\": 2|false",
        "bytes|decimal|, \"precision\": 14, \"scale\": 2|true",
        "bytes|none||false",
        "long|timestamp-millis||false",
        "long|local-timestamp-micros||false",
        "long|timestamp-micros||true",
        "long|none||true",
      })
  void shouldNotTakeAValueOfOneLogicalTypeForAnother(
      String type, String logical, @Nullable String more, boolean sound) {
    var versions = new TreeMap<Integer, Schema>();
    String micros = "\"timestamp-micros\"";
    String cents = "\"decimal\", \"precision\": 12, \"scale\": 2";
    versions.put(1, typed(type, type.equals("bytes") ? cents : micros));
    versions.put(2, typed(type, "\"" + logical + "\"" + (more == null ? "" : more)));
    assertThat(Compatibility.reads(versions, 2, 1).isEmpty()).isEqualTo(sound);
  }

  @Test
  void shouldTakeAFolderWithoutStepsAsBackward() {
    folder.version(field("id", "\"string\"")).version(field("id", "\"string\""));
    assertThat(folder.contract().compatibility()).isEqualTo(Compatibility.BACKWARD);
    assertThat(folder.contract().chain()).isPresent();
  }

  @Test
  void shouldRefuseAnUnknownCompatibility() {
    folder.version(field("id", "\"string\"")).steps("\ncompatibility: backwards");
    assertThat(folder.load()).isEmpty();
    assertThat(folder.problems())
        .singleElement()
        .asString()
        .contains("steps.yaml:2:16")
        .contains("'backwards'")
        .contains("did you mean 'backward'?");
  }
}

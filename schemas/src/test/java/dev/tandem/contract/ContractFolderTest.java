package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.spec.Node;
import dev.tandem.spec.Problem;
import dev.tandem.spec.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractFolderTest {
  private static final String ID = "{\"name\": \"id\", \"type\": \"string\"}";

  @TempDir Path folder;
  private final Problems problems = new Problems();

  @Test
  void shouldReadEveryVersion() throws IOException {
    write(1, record(ID));
    write(2, record(ID + ", {\"name\": \"note\", \"type\": \"string\", \"default\": \"\"}"));
    Files.writeString(folder.resolve("README.md"), "not a version");

    var contract = load().orElseThrow();
    assertThat(contract.versions()).containsOnlyKeys(1, 2);
    assertThat(contract.version(2).getField("note")).isNotNull();
    assertThatThrownBy(() -> contract.version(3)).hasMessageContaining("[1, 2]");
  }

  @Test
  void shouldNameTheVersionThatIsMissing() throws IOException {
    write(1, record(ID));
    write(3, record(ID));
    assertThat(load()).isEmpty();
    assertThat(errors()).singleElement().asString().contains("shop.yaml:7:5").contains("v2.avsc");
  }

  @Test
  void shouldRefuseAFolderThatIsNotThere() {
    assertThat(
            ContractFolder.load(
                folder.resolve("none"), new Node.Place("shop.yaml", 7, 5), "contract", problems))
        .isEmpty();
    assertThat(errors()).singleElement().extracting(Problem::fix).asString().contains("v1.avsc");
  }

  @Test
  void shouldSayWhereAFileIsNoJson() throws IOException {
    write(1, "{\"type\": \"record\",\n \"name\": \"Thing\",\n \"fields\": [,]}");
    assertThat(load()).isEmpty();
    assertThat(errors()).singleElement().asString().contains("v1.avsc:3:");
  }

  @Test
  void shouldRefuseAVersionThatCannotReadItsPredecessor() throws IOException {
    write(1, record(ID));
    write(2, record(ID + ", {\"name\": \"note\", \"type\": \"string\"}"));
    assertThat(load()).isEmpty();
    assertThat(errors())
        .singleElement()
        .asString()
        .contains("v2.avsc")
        .contains("READER_FIELD_MISSING_DEFAULT_VALUE")
        .contains("give the new field a default");
  }

  @Test
  void shouldReportEveryBadVersionAtOnce() throws IOException {
    write(1, "\"string\"");
    write(2, record("{\"name\": \"id\", \"type\": \"nothing\"}"));
    assertThat(load()).isEmpty();
    assertThat(errors()).hasSize(2);
  }

  private Optional<ContractFolder> load() {
    return ContractFolder.load(folder, new Node.Place("shop.yaml", 7, 5), "contract", problems)
        .filter(it -> it.check(Compatibility.BACKWARD, problems));
  }

  private List<Problem> errors() {
    return problems.all();
  }

  private static String record(String fields) {
    return "{\"type\": \"record\", \"name\": \"Thing\", \"fields\": [" + fields + "]}";
  }

  private void write(int version, String text) throws IOException {
    Files.writeString(folder.resolve("v" + version + ".avsc"), text);
  }
}

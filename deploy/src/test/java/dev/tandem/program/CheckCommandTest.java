package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `tandem check` as it is typed, without any server.
class CheckCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MiniMigration.Address NOWHERE =
      new MiniMigration.Address(
          "jdbc:postgresql://127.0.0.1:1/legacy",
          "jdbc:postgresql://127.0.0.1:1/target",
          "127.0.0.1:1",
          "http://127.0.0.1:1");

  /// What is put in place of what, each of it an error in one line.
  private static final List<List<String>> ERRORS =
      List.of(
          List.of("migration: mini", "migration: MINI"),
          List.of("domains:\n", "nonsense: 1\ndomains:\n"),
          List.of("owner: { team: shop, contact", "owner: { team: shop, mail"),
          List.of("partitions: 2", "partitions: two"),
          List.of("reconciliation-lag-p99: 5s", "reconciliation-lag-p99: soon"),
          List.of("divergence-rate: 1e-5", "divergence-rate: 7"),
          List.of("repair-within: 1m", "repair-within: -1m"),
          List.of("version: 1", "version: 0"),
          List.of("from: { root: public.item }", "from: { rot: public.item }"),
          List.of("key: itemId\n", "key: []\n"),
          List.of("to: { table: public.new_item }", "to: { tabel: public.new_item }"),
          List.of("review: 2027-12-31", "review: tomorrow"));

  @TempDir private Path directory;

  private Path planted() throws IOException {
    Path file = MiniMigration.write(directory, NOWHERE);
    String spec = Files.readString(file);
    for (List<String> error : ERRORS) {
      assertThat(spec).contains(error.getFirst());
      spec = spec.replace(error.getFirst(), error.getLast());
    }
    return Files.writeString(file, spec);
  }

  @Test
  void shouldReportEveryPlantedErrorWithLineAndColumn() throws Exception {
    Path file = planted();
    var ended = run("check", "--offline", file.toString());
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).isEmpty();
    var place = Pattern.compile("error: .*mini\\.yaml:(\\d+):(\\d+): .+");
    var lines = new ArrayList<Integer>();
    ended
        .out()
        .lines()
        .forEach(
            line -> {
              var found = place.matcher(line);
              if (found.matches()) {
                lines.add(Integer.parseInt(found.group(1)));
              }
            });
    assertThat(lines).isSorted().containsAll(changedLines(file));
    assertThat(ended.out().lines().filter(line -> line.startsWith("    fix: ")).count())
        .isGreaterThanOrEqualTo(ERRORS.size());
    assertThat(ended.out().strip().lines().toList().getLast())
        .isEqualTo(lines.size() + " errors, 2 warnings");
  }

  @Test
  void shouldReportTheSameAsJson() throws Exception {
    Path file = planted();
    var ended = run("check", "--offline", "--json", file.toString());
    assertThat(ended.code()).isEqualTo(2);
    var root = JSON.readTree(ended.out());
    assertThat(root.path("ok").asBoolean()).isFalse();
    var lines = new ArrayList<Integer>();
    root.path("problems")
        .forEach(
            problem -> {
              assertThat(problem.path("column").asInt()).isPositive();
              assertThat(problem.path("cause").asText()).isNotBlank();
              if (problem.path("severity").asText().equals("error")) {
                lines.add(problem.path("line").asInt());
              }
            });
    assertThat(lines).containsAll(changedLines(file));
  }

  @Test
  void shouldOnlyWarnOfPasswordsInASpecThatIsInOrder() throws Exception {
    var ended = run("check", "--offline", MiniMigration.write(directory, NOWHERE).toString());
    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .contains("the password stands in the spec itself")
        .endsWith("0 errors, 2 warnings\n");
  }

  /// The lines in which the errors stand.
  private static List<Integer> changedLines(Path file) throws IOException {
    var lines = Files.readAllLines(file);
    var changed = new ArrayList<Integer>();
    for (List<String> error : ERRORS) {
      String planted = error.getLast().lines().findFirst().orElseThrow();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).contains(planted)) {
          changed.add(i + 1);
        }
      }
    }
    assertThat(changed).hasSizeGreaterThanOrEqualTo(ERRORS.size());
    return changed;
  }

  private static Ended run(String... arguments) {
    return Ended.of(arguments);
  }
}

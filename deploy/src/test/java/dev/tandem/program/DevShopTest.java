package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.run.MigrationReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The first steps of the walk through the example.
class DevShopTest {
  private static final Pattern EXPORT = Pattern.compile("export ([A-Z_]+)='([^']*)'");
  @TempDir private Path directory;

  private String up(String... how) {
    var out = new StringWriter();
    var words = new java.util.ArrayList<>(List.of("dev", "up", "--dir", stack()));
    words.addAll(List.of(how));
    var commands = Tandem.commands().setOut(new PrintWriter(out, true));
    assertThat(commands.execute(words.toArray(String[]::new))).isZero();
    return out.toString();
  }

  private String stack() {
    return directory.resolve("stack").toString();
  }

  @Test
  void shouldOpenAShopThatTheExamplesSpecFits() {
    try {
      String[] how = {"--shop", directory.toString(), "--env"};
      Map<String, String> environment = new HashMap<>();
      EXPORT
          .matcher(up(how))
          .results()
          .forEach(each -> environment.put(each.group(1), each.group(2)));
      var migration =
          MigrationReader.read(directory.resolve("shop").resolve("shop.yaml"), environment);
      assertThat(migration.plan().domains()).hasSize(3);
      assertThat(up(how)).as("once more, over what is there").contains("export KAFKA='");
    } finally {
      Tandem.commands().execute("dev", "down", "--wipe", "--dir", stack());
    }
  }
}

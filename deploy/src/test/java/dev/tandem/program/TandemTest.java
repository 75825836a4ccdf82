package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Examples;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TandemTest {
  @TempDir Path directory;

  @Test
  void shouldEndWithTwoOnAWrongCommandLine() {
    assertThat(tandem().code()).isEqualTo(2);
    assertThat(tandem("dve").err()).contains("dve");
    assertThat(tandem("dve").code()).isEqualTo(2);
    assertThat(tandem("dev").code()).isEqualTo(2);
    assertThat(tandem("dev", "up", "--kafka-port", "high").code()).isEqualTo(2);
  }

  @Test
  void shouldRefuseThreadsAndStandbysThatCannotBe() throws Exception {
    String spec = Examples.unpackBench(directory).toString();
    var none = tandem("run", spec, "--state", directory.toString(), "--threads", "0");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("--threads", "found 0");
    var fewer = tandem("run", spec, "--state", directory.toString(), "--standbys", "-1");
    assertThat(fewer.code()).isEqualTo(2);
    assertThat(fewer.err()).contains("--standbys", "found -1");
  }

  @Test
  void shouldExplainItself() {
    var help = tandem("--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("dev", "Exit codes");
    assertThat(help.err()).isEmpty();
  }

  @Test
  void shouldKeepStandardOutputForResults() {
    var status = tandem("dev", "status", "--json", "--dir", directory.toString());
    assertThat(status.code()).isEqualTo(1);
    assertThat(status.out()).isEmpty();
    assertThat(status.err()).contains("No stack runs in " + directory, "tandem dev up");
  }

  @Test
  void shouldSayWhyItFailedInOneLine() throws Exception {
    var file = Files.createFile(directory.resolve("file"));
    var failed = tandem("dev", "up", "--dir", file.toString());
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).startsWith("tandem: ").contains(file.toString()).hasLineCount(1);
  }

  private static Ended tandem(String... arguments) {
    return Ended.of(arguments);
  }
}

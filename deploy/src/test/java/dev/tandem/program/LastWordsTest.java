package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.fatal.Fatal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LastWordsTest {
  /// A program with a thread that meets an error while all others would go on for ever; a hook that
  /// never ends must not hold its end up.
  static final class Doomed {
    private Doomed() {}

    public static void main(String[] args) throws InterruptedException {
      LastWords.install(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
      Runtime.getRuntime().addShutdownHook(new Thread(Doomed::sleep));
      Thread.ofPlatform().name("writer").start(() -> work(args[0]));
      sleep();
    }

    private static void work(String how) {
      switch (how) {
        case "thrown" -> throw new OutOfMemoryError("no heap left");
        case "caught" ->
            Fatal.raise(new IllegalStateException("caught", new StackOverflowError("too deep")));
        default -> throw new IllegalStateException("nothing that the process must end for");
      }
    }

    private static void sleep() {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Process run(String how) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Doomed.class.getName(),
            how)
        .redirectErrorStream(true)
        .start();
  }

  private static String endOf(String how) throws Exception {
    Process process = run(how);
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended by itself").isTrue();
      assertThat(process.exitValue()).isEqualTo(ExitCode.FOUND_OR_FAILED);
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldEndTheProcessWithAReasonWhenAThreadMeetsAnError() throws Exception {
    assertThat(endOf("thrown"))
        .contains("thread writer met java.lang.OutOfMemoryError: no heap left");
  }

  @Test
  void shouldEndTheProcessThoughTheErrorWasCaught() throws Exception {
    assertThat(endOf("caught"))
        .contains("thread writer met java.lang.StackOverflowError: too deep");
  }

  @Test
  void shouldLetTheProcessGoOnWhereAThreadEndsByAnException() throws Exception {
    Process process = run("exception");
    try {
      assertThat(process.waitFor(3, TimeUnit.SECONDS)).isFalse();
    } finally {
      process.destroyForcibly();
    }
  }
}

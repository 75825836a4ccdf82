package dev.tandem.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Short native programs, run to their end.
final class Programs {
  private Programs() {}

  /// What a program ended with: its exit status and everything it printed.
  record Outcome(int status, String output) {}

  /// The trimmed output of a program that succeeds, else nothing.
  static String output(String... command) {
    var outcome = outcome(Path.of("/"), List.of(command));
    return outcome.status() == 0 ? outcome.output().strip() : "";
  }

  /// Runs a program that has to succeed.
  static void run(Path directory, List<String> command) {
    var outcome = outcome(directory, command);
    if (outcome.status() != 0) {
      throw new StackException(
          String.join(" ", command)
              + " ended with status "
              + outcome.status()
              + ":\n"
              + outcome.output().strip());
    }
  }

  /// Status 127 and no output stand for a program that is not there.
  static Outcome outcome(Path directory, List<String> command) {
    try {
      var process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), output);
    } catch (IOException e) {
      return new Outcome(127, "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("Interrupted while " + command.getFirst() + " ran", e);
    }
  }
}

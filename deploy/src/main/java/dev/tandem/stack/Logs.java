package dev.tandem.stack;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Log files of the stack's processes.
final class Logs {
  private Logs() {}

  /// The last lines of a log, or a sentence that says why there are none.
  static String tail(Path log, int lines) {
    try {
      var all = Files.readAllLines(log);
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (NoSuchFileException e) {
      return "(there is no log " + log + ")";
    } catch (MalformedInputException e) {
      return "(the log " + log + " is not UTF-8)";
    } catch (IOException e) {
      return "(the log " + log + " cannot be read: " + e.getMessage() + ")";
    }
  }
}

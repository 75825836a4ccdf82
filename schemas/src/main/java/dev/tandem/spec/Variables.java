package dev.tandem.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts in place what a spec takes from outside: `${NAME}` and `${NAME:-default}` from the
/// environment, `${file:/path}` from a file (its last line break left out). What was put in is not
/// looked into again.
///
/// @param folder against which relative paths are resolved
record Variables(Map<String, String> environment, Path folder) {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]*)\\}");
  private static final Pattern NAME = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?");
  private static final int LONGEST_FILE = 64 * 1024;

  Variables {
    environment = Map.copyOf(environment);
  }

  static boolean refersTo(String text) {
    return REFERENCE.matcher(text).find();
  }

  /// The text with everything in its place, or empty if something could not be found (then it is
  /// reported).
  Optional<String> resolve(Located<String> raw, Problems problems) {
    Matcher matcher = REFERENCE.matcher(raw.value());
    var text = new StringBuilder();
    boolean complete = true;
    while (matcher.find()) {
      Optional<String> found = lookUp(raw.with(matcher.group(1)), problems);
      complete &= found.isPresent();
      matcher.appendReplacement(text, Matcher.quoteReplacement(found.orElse("")));
    }
    matcher.appendTail(text);
    return complete ? Optional.of(text.toString()) : Optional.empty();
  }

  /// The text with everything in its place, or a stand-in if something could not be found.
  Located<String> resolved(Located<String> raw, Problems problems) {
    return resolve(raw, problems).map(raw::with).orElseGet(() -> raw.standIn(Section.MISSING));
  }

  private Optional<String> lookUp(Located<String> reference, Problems problems) {
    String name = reference.value();
    if (name.startsWith("file:")) {
      return file(reference, problems);
    }
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      reference.error(
          problems,
          "'${" + name + "}' is not a reference",
          "write ${NAME}, ${NAME:-default} or ${file:/path}");
      return Optional.empty();
    }
    String value = environment.getOrDefault(parts.group(1), parts.group(2));
    if (value == null) {
      reference.error(
          problems,
          "'${" + name + "}' is not set in the environment",
          "set " + name + ", or write ${" + name + ":-default} or ${file:/path}");
    }
    return Optional.ofNullable(value);
  }

  private Optional<String> file(Located<String> reference, Problems problems) {
    String name = reference.value().substring("file:".length());
    try {
      Path path = folder.resolve(name);
      if (Files.size(path) > LONGEST_FILE) {
        reference.error(
            problems,
            "the file '" + name + "' is longer than 64 KiB",
            "name the file that holds this one value");
        return Optional.empty();
      }
      return Optional.of(Files.readString(path).replaceFirst("\\R\\z", ""));
    } catch (IOException | InvalidPathException e) {
      reference.error(
          problems,
          "the file '" + name + "' cannot be read (" + e.getClass().getSimpleName() + ")",
          "create it, readable by the user that runs the program");
      return Optional.empty();
    }
  }
}

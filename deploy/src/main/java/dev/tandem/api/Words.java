package dev.tandem.api;

import java.util.Locale;
import java.util.regex.Pattern;

/// What the command line would say, in the words of the API: an option that a message begins with
/// is the field of that name.
final class Words {
  private static final Pattern OPTION = Pattern.compile("^--([a-z]+)(?:-([a-z])([a-z]*))?");

  private Words() {}

  static String ofApi(String message) {
    return OPTION
        .matcher(message)
        .replaceFirst(
            option ->
                option.group(1)
                    + (option.group(2) == null
                        ? ""
                        : option.group(2).toUpperCase(Locale.ROOT) + option.group(3)));
  }
}

package dev.tandem.program;

import picocli.CommandLine.Option;

/// Why something is asked for; kept with who did, in the control topic.
final class WhyOption {
  @Option(
      names = "--why",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "The reason; kept in the control topic, with who asked.")
  private String why = "";

  String text() {
    return why.strip();
  }
}

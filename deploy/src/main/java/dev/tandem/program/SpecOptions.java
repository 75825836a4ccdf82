package dev.tandem.program;

import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.SpecDraft;
import java.nio.file.Path;
import java.util.regex.Matcher;
import picocli.CommandLine.Parameters;

/// Which migration. A spec that is wrong ends the command through [SpecFailures].
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class SpecOptions {
  @Parameters(index = "0", paramLabel = "SPEC", description = "The migration's spec, a YAML file.")
  private Path file;

  Path file() {
    return file;
  }

  /// @throws dev.tandem.run.SpecException with all that is wrong
  Migration read() {
    return MigrationReader.read(file, System.getenv());
  }

  /// The spec alone, its stores not asked yet.
  ///
  /// @throws dev.tandem.run.SpecException with all that is wrong
  SpecDraft draft() {
    return SpecDraft.read(file, System.getenv());
  }

  /// A fix with the name of this spec where it says `SPEC`, so that it can be pasted.
  String in(String fix) {
    return fix.replaceAll(
        "(tandem [a-z]+) SPEC", "$1 " + Matcher.quoteReplacement(file.toString()));
  }
}

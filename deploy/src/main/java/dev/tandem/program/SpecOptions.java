package dev.tandem.program;

import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.SpecDraft;
import dev.tandem.run.SpecException;
import java.io.PrintWriter;
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

  /// What is known of a migration.
  ///
  /// @param fits whether its stores are there and fit the spec; else it is as
  ///     [SpecDraft#outline()] has it
  record Known(Migration migration, boolean fits) {}

  /// For what is told and done by names and topics alone, which a table that does not fit must not
  /// hinder.
  ///
  /// @param missing what is told without, in words that go on from "the spec"
  /// @param err told if that is so
  /// @throws dev.tandem.run.SpecException with all that is wrong with the spec alone
  Known known(String missing, PrintWriter err) {
    SpecDraft draft = draft();
    try {
      return new Known(draft.migration(), true);
    } catch (SpecException unfit) {
      err.println(
          in(
              "tandem: a store is away or does not fit the spec"
                  + missing
                  + "; tandem check SPEC says more"));
      return new Known(draft.outline(), false);
    }
  }

  /// A fix with the name of this spec where it says `SPEC`, so that it can be pasted.
  String in(String fix) {
    return fix.replaceAll(
        "(tandem [a-z]+) SPEC", "$1 " + Matcher.quoteReplacement(file.toString()));
  }
}

package dev.tandem.evolution;

import java.util.List;
import java.util.stream.Collectors;

/// What a domain cannot follow of how a table is captured now.
///
/// @param cause with the table, the column, and the line of the spec that is concerned
/// @param fix what to write there
/// @param severity whether the domain may go on all the same
public record SchemaFinding(String cause, String fix, Severity severity) {
  /// What may become of it.
  public enum Severity {
    /// Rows could not be told apart: the domain stops, whatever its policy is.
    STOPS,
    /// The domain's policy decides.
    BY_POLICY
  }

  /// All of them, for a person to read.
  public static String text(List<SchemaFinding> findings) {
    return findings.stream()
        .map(finding -> finding.cause + "; fix: " + finding.fix)
        .distinct()
        .collect(Collectors.joining("; also: "));
  }
}

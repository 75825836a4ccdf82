package dev.tandem.spec;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;

/// When a domain's compatibility path is retired, or why it stays.
public sealed interface Sunset {
  /// The path is retired when every criterion holds.
  ///
  /// @param deadline the day by which it is meant to be retired
  record Retired(List<Criterion> criteria, LocalDate deadline) implements Sunset {
    public Retired {
      criteria = List.copyOf(criteria);
    }
  }

  /// The path stays.
  ///
  /// @param review the day on which the reason is looked at again
  record Permanent(String because, LocalDate review) implements Sunset {}

  /// One piece of evidence.
  sealed interface Criterion {}

  record NoDivergenceFor(Duration time) implements Criterion {}

  record NoLegacyWriteFor(Duration time) implements Criterion {}

  record NoLegacyReadFor(Duration time) implements Criterion {}

  /// What no measurement shows and a person confirms.
  record Attested(String statement) implements Criterion {}
}

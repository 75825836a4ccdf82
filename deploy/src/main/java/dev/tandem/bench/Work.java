package dev.tandem.bench;

import dev.tandem.run.Role;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;

/// What one measurement of Tandem does.
///
/// @param changes or rows that are to be processed
/// @param first tells that the first of them was: from there on it is measured, since to start a
///     role is no part of its work
/// @param last tells how many have gone the whole way
record Work(Subject subject, long changes, Set<Role> roles, Count first, Count last) {
  /// A meter, and what it comes to once all is done: where an entity has children, fewer records
  /// than changes.
  record Count(Meters meter, long all) {
    /// How much of the work has passed the meter, as so many changes or rows.
    long of(long changes, MeterRegistry meters) {
      long read = meter.read(meters);
      return all == changes ? read : Math.round((double) read / all * changes);
    }
  }

  Work {
    roles = Set.copyOf(roles);
  }

  /// Work whose every change is one for both meters.
  Work(Subject subject, long changes, Set<Role> roles, Meters first, Meters last) {
    this(subject, changes, roles, new Count(first, changes), new Count(last, changes));
  }

  static Work of(Subject subject, long changes, Role role, Meters meter) {
    return new Work(subject, changes, Set.of(role), meter, meter);
  }
}

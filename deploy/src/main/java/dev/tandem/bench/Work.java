package dev.tandem.bench;

import dev.tandem.run.Role;
import java.util.Set;

/// What one measurement of Tandem does.
///
/// @param changes or rows that are to be processed
/// @param first tells that the first of them was: from there on it is measured, since to start a
///     role is no part of its work
/// @param last tells how many have gone the whole way
record Work(Subject subject, long changes, Set<Role> roles, Meters first, Meters last) {
  Work {
    roles = Set.copyOf(roles);
  }

  static Work of(Subject subject, long changes, Role role, Meters meter) {
    return new Work(subject, changes, Set.of(role), meter, meter);
  }
}

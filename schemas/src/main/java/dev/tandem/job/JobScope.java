package dev.tandem.job;

import java.util.List;

/// Which rows a job reads: those for which all that is said holds.
///
/// @param entity only its tables; empty for every entity of the domain
/// @param where an SQL condition on the entity's legacy root table ([WhereRule]); empty for none
/// @param keys only the entities of these legacy root keys, as PostgreSQL writes them, the columns
///     of a key of several joined by `/`; empty for all
/// @param share about how much of the entities is read, chosen by their key, 1 for all
/// @param tenant only of this tenant; empty for all
public record JobScope(
    String entity, String where, List<String> keys, double share, String tenant) {
  /// Everything of a domain.
  public static final JobScope ALL = new JobScope("", "", List.of(), 1, "");

  public JobScope {
    keys = List.copyOf(keys);
    if (keys.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("--keys: expected keys joined by ',', found an empty one");
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "expected a sample of more than 0 and at most 1 (100 %), found " + share);
    }
    WhereRule.problem(where)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
  }

  /// Whether every row of its tables is read: only then is a row that was not met gone.
  public boolean isComplete() {
    return where.isEmpty() && keys.isEmpty() && share == 1 && tenant.isEmpty();
  }

  /// How many entities it names by their keys, if it leaves out none of them otherwise; else 0.
  public long namedAlone() {
    boolean isAlone = where.isEmpty() && share == 1 && tenant.isEmpty();
    return isAlone ? keys.stream().distinct().count() : 0;
  }

  /// Whether it is about an entity.
  public boolean includes(String name) {
    return entity.isEmpty() || entity.equals(name);
  }
}

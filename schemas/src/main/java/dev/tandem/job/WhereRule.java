package dev.tandem.job;

import dev.tandem.table.SqlFragment;
import java.util.Optional;

/// The rule by which a text may stand as a condition inside a query of ours ([SqlFragment]). What
/// it means the database says when a job is planned.
public final class WhereRule {
  private WhereRule() {}

  /// What is wrong with a condition; nothing if it is empty or may stand.
  public static Optional<String> problem(String where) {
    return SqlFragment.flaw(where).map(flaw -> "--where: " + flaw);
  }
}

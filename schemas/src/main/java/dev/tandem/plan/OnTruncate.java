package dev.tandem.plan;

/// What is done where the legacy application empties a table with TRUNCATE. It is told in either
/// case.
public enum OnTruncate {
  /// Its rows are deleted from the target, as they are where each is deleted by itself.
  DELETE,
  /// The domain stops before it.
  STOP
}

package dev.tandem.plan;

/// What is done about a change of the legacy schema that a domain's mapping cannot follow.
public enum OnSchemaChange {
  /// The domain stops before the first record that shows the change.
  STOP,
  /// What cannot be translated becomes a dead letter, row by row.
  CONTINUE
}

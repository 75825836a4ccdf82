package dev.tandem.run;

/// What a process can do for a migration. By default it does everything.
public enum Role {
  /// Reads the legacy store's log and rows into the outbox.
  CAPTURE,
  /// Translates the outbox to the contract.
  TRANSLATE,
  /// Writes the contract to the target.
  APPLY,
  /// Observes the target, its log and its rows, and compares it with what the outbox says.
  RECONCILE,
  /// Answers operators over HTTP, if the spec names any who may call.
  SERVE
}

package dev.tandem.run;

/// What a process can do for a migration. By default it does everything.
public enum Role {
  /// Reads the legacy store's log and rows into the outbox.
  CAPTURE,
  /// Translates the outbox to the contract.
  TRANSLATE,
  /// Writes the contract to the target.
  APPLY,
  /// Observes the target: reads its log and rows, to be compared with the outbox.
  RECONCILE
}

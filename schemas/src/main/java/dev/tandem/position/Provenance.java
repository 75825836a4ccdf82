package dev.tandem.position;

/// How a kept row came to be what it is: by the change of a transaction, or read by a sweep.
///
/// A row that a change wrote keeps that change's transaction; a row that a sweep wrote keeps the
/// snapshot it was read in. Both are meaningful only within their source epoch; a newer epoch wins
/// over an older one.
public sealed interface Provenance {
  int epoch();

  /// The last change kept came from transaction `xid`.
  record ByChange(int epoch, long xid) implements Provenance {}

  /// The row was read under `snapshot`.
  record BySweep(int epoch, Snapshot snapshot) implements Provenance {}
}

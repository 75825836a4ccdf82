package dev.tandem.capture;

import dev.tandem.wire.Topics;

/// What capture calls its things. Slot and publication are made by set-up, never here.
public record CaptureNames(String migration) {
  /// Name of the replication slot, of the publication and of the engine.
  public String slot() {
    return "tandem_" + migration.replace('-', '_').replace('.', '_');
  }

  public String publication() {
    return slot();
  }

  /// Fences an older writer of the same migration out.
  public String transactionalId() {
    return migration + ".capture";
  }

  /// Topic of one partition, compacted: where capture and sweeps stand.
  public String offsets() {
    return Topics.offsets(migration);
  }

  public String deadLetters() {
    return new Topics(migration, "").deadLetter();
  }
}

package dev.tandem.capture;

import dev.tandem.wire.Topics;

/// What the capture of one side calls its things. Slot and publication are made by set-up, never
/// here.
public record CaptureNames(String migration, Side side) {
  /// Those of the legacy side.
  public CaptureNames(String migration) {
    this(migration, Side.LEGACY);
  }

  /// Name of the replication slot, of the publication and of the engine.
  public String slot() {
    String slot = "tandem_" + migration.replace('-', '_').replace('.', '_');
    return switch (side) {
      case LEGACY -> slot;
      case TARGET -> slot + "_target";
    };
  }

  public String publication() {
    return slot();
  }

  /// Fences an older writer of the same migration out.
  public String transactionalId() {
    return switch (side) {
      case LEGACY -> migration + ".capture";
      case TARGET -> migration + ".observe";
    };
  }

  /// Topic of one partition, compacted: where capture and sweeps stand.
  public String offsets() {
    return switch (side) {
      case LEGACY -> Topics.offsets(migration);
      case TARGET -> Topics.observedOffsets(migration);
    };
  }

  public String deadLetters() {
    return new Topics(migration, "").deadLetter();
  }

  /// For messages: `capture of shop's legacy store`.
  @Override
  public String toString() {
    return "capture of " + migration + "'s " + side + " store";
  }
}

package dev.tandem.reconcile;

import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;

/// What comparing one entity on both sides at one position concluded.
///
/// The legacy side is authoritative in every one of them: a repair makes the target what the legacy
/// side says.
sealed interface Verdict {
  String DELETE = "delete it from the target, if the policy for orphans says so";
  String WRITE = Divergence.WRITE;

  /// Both sides are the same.
  record InSync() implements Verdict {}

  /// A value of the legacy side is not known: nothing can be said until a sweep or an update brings
  /// it, and what was said before stays (DESIGN invariant 13).
  record Unknown() implements Verdict {}

  /// Both sides stand at the same position and differ.
  sealed interface Divergent extends Verdict {
    Kind kind();

    /// What a repair would do.
    String remedy();

    /// What else is known, without a value of a row.
    default String detail() {
      return "";
    }
  }

  /// It should be there and never was.
  record Missing() implements Divergent {
    @Override
    public Kind kind() {
      return Kind.MISSING;
    }

    @Override
    public String remedy() {
      return WRITE;
    }
  }

  /// It is there, and nothing of the legacy side explains it.
  record Unexpected() implements Divergent {
    @Override
    public Kind kind() {
      return Kind.UNEXPECTED;
    }

    @Override
    public String remedy() {
      return DELETE;
    }
  }

  /// It is there under a key of its own, and bears the legacy identity of another.
  record Duplicate() implements Divergent {
    @Override
    public Kind kind() {
      return Kind.DUPLICATE;
    }

    @Override
    public String remedy() {
      return DELETE;
    }
  }

  /// It was deleted on the legacy side, the target has passed that position, and it or a part of it
  /// is still there; or a complete sweep did not meet it.
  record Ghost(String remedy) implements Divergent {
    @Override
    public Kind kind() {
      return Kind.GHOST;
    }
  }

  /// A sweep saw what no captured change had told.
  record CaptureLoss(String remedy) implements Divergent {
    @Override
    public Kind kind() {
      return Kind.CAPTURE_LOSS;
    }
  }

  /// The target has passed the position of a change, and nothing of the entity has changed there.
  record LostWrite() implements Divergent {
    @Override
    public Kind kind() {
      return Kind.LOST_WRITE;
    }

    @Override
    public String remedy() {
      return "write the current record again";
    }
  }

  /// A transaction that was not apply's wrote it last.
  record ForeignWrite() implements Divergent {
    @Override
    public Kind kind() {
      return Kind.FOREIGN_WRITE;
    }

    @Override
    public String remedy() {
      return "write the current record over it";
    }
  }

  /// It is what it was before a later change.
  record Regressed() implements Divergent {
    @Override
    public Kind kind() {
      return Kind.REGRESSED;
    }

    @Override
    public String remedy() {
      return "write the current record again";
    }
  }

  /// It is on both sides, and different.
  record FieldMismatch() implements Divergent {
    @Override
    public Kind kind() {
      return Kind.FIELD_MISMATCH;
    }

    @Override
    public String remedy() {
      return WRITE;
    }
  }

  /// The mapping cannot translate the legacy rows.
  ///
  /// @param detail what was expected and found
  record Untranslatable(String detail) implements Divergent {
    @Override
    public Kind kind() {
      return Kind.UNTRANSLATABLE;
    }

    @Override
    public String remedy() {
      return "nothing: correct the legacy data or the mapping";
    }
  }

  /// The target refused the record.
  ///
  /// @param detail what it said
  record Unappliable(String detail) implements Divergent {
    @Override
    public Kind kind() {
      return Kind.UNAPPLIABLE;
    }

    @Override
    public String remedy() {
      return "write the current record again, once the target takes it";
    }
  }
}

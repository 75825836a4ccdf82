package dev.tandem.generation;

/// One complete translation of a domain into target tables.
///
/// ```
///              start            promote             demote
///   (nothing) ───────▶ BUILDING ───────▶ LIVE ◀──────────────▶ KEPT
///                          │ cancel        promote of another    │
///                          ▼                                     │
///                      CANCELLED ◀──────── cleanup begins ───────┘
///                          │ cleanup
///                          ▼
///                       REMOVED
/// ```
///
/// @param number from 1, never given twice in a domain
public record Generation(String domain, int number, State state, Place place, Note note) {
  /// What a generation is.
  public enum State {
    /// Being made from the contract topic, beside the live one.
    BUILDING,
    /// Its tables stand where the spec says.
    LIVE,
    /// Was live, and is still fed, so that it can be live again.
    KEPT,
    /// Fed no more; what is left of it waits for its removal.
    CANCELLED,
    /// Nothing is left of it but this entry.
    REMOVED
  }

  /// Who brought it into its state, when and why.
  ///
  /// @param at as the target says it
  public record Note(String by, String at, String why) {
    public static final Note NONE = new Note("", "", "");
  }

  public Generation {
    if (number < 1) {
      throw new IllegalArgumentException("a generation with number " + number);
    }
    if ((state == State.LIVE) != place.isOfSpec() && state != State.REMOVED) {
      throw new IllegalArgumentException(
          "generation " + number + " of " + domain + " is " + state + ", in " + place);
    }
  }

  /// Whether it is fed and compared beside the live one.
  public boolean isBeside() {
    return switch (state) {
      case BUILDING, KEPT -> true;
      case LIVE, CANCELLED, REMOVED -> false;
    };
  }

  /// `generation 2 of customers`.
  @Override
  public String toString() {
    return "generation " + number + " of " + domain;
  }
}

package dev.tandem.generation;

import dev.tandem.plan.DomainPlan;

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
/// @param feed what it is filled from
public record Generation(
    String domain, int number, State state, Place place, Feed feed, Note note) {
  /// What a generation is.
  public enum State {
    /// Being made from the topics, beside the live one.
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

  /// One that is filled from the first translation.
  public Generation(String domain, int number, State state, Place place, Note note) {
    this(domain, number, state, place, Feed.FIRST, note);
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

  /// Whether something is written to its tables.
  public boolean isFed() {
    return state == State.LIVE || isBeside();
  }

  /// The same in another state and place.
  public Generation moved(State to, Place where) {
    return new Generation(domain, number, to, where, feed, Note.NONE);
  }

  /// A domain as this generation has it: its tables and topics.
  ///
  /// @param spec the domain as the spec has it
  public DomainPlan of(DomainPlan spec) {
    DomainPlan over = feed.over(spec);
    return place.isOfSpec()
        ? over.of(number, feed.translatedFor())
        : over.beside(number, feed.translatedFor());
  }

  /// A domain as the apply of this generation has it, which learns from the target where the tables
  /// stand.
  ///
  /// @param spec the domain as the spec has it
  public DomainPlan applied(DomainPlan spec) {
    return feed.over(spec).of(number, feed.translatedFor());
  }

  /// A domain as this generation has it while its tables stand beside those of the spec.
  ///
  /// @param spec the domain as the spec has it
  public DomainPlan beside(DomainPlan spec) {
    return feed.over(spec).beside(number, feed.translatedFor());
  }

  /// `generation 2 of customers`.
  @Override
  public String toString() {
    return "generation " + number + " of " + domain;
  }
}

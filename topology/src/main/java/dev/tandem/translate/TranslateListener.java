package dev.tandem.translate;

/// What a translation tells of itself, for metrics. Called by several threads.
public interface TranslateListener {
  /// Hears nothing.
  TranslateListener NONE = new TranslateListener() {};

  /// A step of translating, for its cost.
  enum Step {
    /// Outbox bytes to a record.
    DECODE,
    /// Merging into the kept rows, and translating what became due.
    TRANSLATE
  }

  /// An aggregate was forwarded, as a record or as a deletion.
  default void translated(String entity) {}

  /// An aggregate is as it was last forwarded.
  default void unchanged(String entity) {}

  /// An aggregate waits, since a value of it is unknown, for a sweep of that row.
  default void parked(String entity) {}

  /// Something became a dead letter.
  ///
  /// @param entity empty where it is not known
  default void refused(String entity) {}

  default void spent(Step step, long nanos) {}
}

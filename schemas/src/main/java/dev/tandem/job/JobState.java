package dev.tandem.job;

/// What a job is doing.
///
/// ```
///   PLANNED ──▶ RUNNING ◀──▶ THROTTLED     by itself, and back by itself
///                │  ▲  ▲
///                │  │  └──▶ PAUSED         by an operator, and back by an operator
///                │  └─────  FAILED         resumed by an operator
///                ├──▶ FAILED
///                └──▶ DONE
///   any but DONE ──▶ CANCELLED ──▶ RUNNING (resumed)
/// ```
public enum JobState {
  /// Ordered; no capture has begun with it.
  PLANNED,
  RUNNING,
  /// An operator has halted it.
  PAUSED,
  /// It goes slower, or waits, so that no store is endangered; the reason is told.
  THROTTLED,
  FAILED,
  CANCELLED,
  DONE;

  /// Whether nothing more happens without an operator.
  public boolean isFinal() {
    return switch (this) {
      case FAILED, CANCELLED, DONE -> true;
      case PLANNED, RUNNING, PAUSED, THROTTLED -> false;
    };
  }
}

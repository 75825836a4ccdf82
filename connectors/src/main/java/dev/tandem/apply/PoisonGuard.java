package dev.tandem.apply;

/// Says when so many records of a domain end as dead letters that the fault must be systematic: at
/// least half of the last thousand, once a hundred have ended so. Thread-safe.
final class PoisonGuard {
  private static final int WINDOW = 1000;
  private static final int AT_LEAST = 100;

  private int records;
  private int dead;

  /// @return whether the domain must stop
  synchronized boolean exceeded(int applied, int deadLetters) {
    records += applied;
    dead += deadLetters;
    boolean exceeded = dead >= AT_LEAST && dead * 2 >= records;
    if (records >= WINDOW) {
      records /= 2;
      dead /= 2;
    }
    return exceeded;
  }
}

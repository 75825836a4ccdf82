package dev.tandem.generation;

/// What an operator wants of how fast a generation beside the live one is applied. The last order
/// of a generation in the control topic holds; only operators write orders. One without any runs
/// freely.
///
/// @param rate most contract records a second, of each process that applies it; 0 for no limit
public record PaceOrder(String domain, int number, Wanted wanted, long rate, Asked asked) {
  /// The key in the control topic: `generation/<domain>/<number>`.
  public static final String KEY_PREFIX = "generation/";

  /// What the operator wants now.
  public enum Wanted {
    RUN,
    PAUSE
  }

  /// Who asked for it.
  ///
  /// @param why for a person to read
  /// @param at microseconds since 1970-01-01T00:00Z
  public record Asked(String by, String why, long at) {}

  public PaceOrder {
    if (rate < 0) {
      throw new IllegalArgumentException("--rate: expected a number from 0, found " + rate);
    }
  }

  public String key() {
    return key(domain, number);
  }

  public static String key(String domain, int number) {
    return KEY_PREFIX + domain + "/" + number;
  }

  public boolean isPause() {
    return wanted == Wanted.PAUSE;
  }
}

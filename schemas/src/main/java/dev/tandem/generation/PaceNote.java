package dev.tandem.generation;

import dev.tandem.job.PressureRule.Level;

/// What a process that applies a generation beside the live one has said last of the stores:
/// whether it goes freely, slowly or not at all for their sake. Where it does not go freely it says
/// so again and again.
///
/// @param reason for a person to read, empty where it goes freely
/// @param rate most contract records a second, where it goes slowly; 0 else
/// @param at microseconds since 1970-01-01T00:00Z
public record PaceNote(String domain, int number, Level level, String reason, long rate, long at) {
  /// The key in the control topic: `pace/<domain>/<number>`.
  public static final String KEY_PREFIX = "pace/";

  public String key() {
    return key(domain, number);
  }

  public static String key(String domain, int number) {
    return KEY_PREFIX + domain + "/" + number;
  }
}

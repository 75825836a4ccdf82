package dev.tandem.wire;

/// That repairs of one partition stopped, by themselves or by an operator, or go on again. The last
/// one of a key in the control topic holds.
///
/// @param reason why, for a person to read
/// @param at microseconds since 1970-01-01T00:00Z
public record RepairStop(String domain, int partition, boolean stopped, String reason, long at) {
  private static final String PREFIX = "repairs/";

  /// The key in the control topic: `repairs/<domain>/<partition>`.
  public String key() {
    return key(domain, partition);
  }

  public static String key(String domain, int partition) {
    return PREFIX + domain + "/" + partition;
  }

  /// Whether a key of the control topic is one of these.
  public static boolean isKey(String key) {
    return key.startsWith(PREFIX);
  }
}

package dev.tandem.evolution;

import dev.tandem.plan.OnTruncate;
import dev.tandem.table.TableId;

/// That the legacy application has truncated a table. The last one of a table and domain in the
/// control topic holds.
///
/// @param table as the domain's spec names it
/// @param policy what the domain does about it
/// @param lsn of the change
/// @param at commit time of its transaction, microseconds since 1970-01-01T00:00Z
public record TableTruncated(String domain, TableId table, OnTruncate policy, String lsn, long at) {
  private static final String PREFIX = "truncated/";

  /// The key in the control topic: `truncated/<domain>/<table>`.
  public String key() {
    return PREFIX + domain + "/" + table.sql();
  }

  /// Whether a key of the control topic is one of these.
  public static boolean isKey(String key) {
    return key.startsWith(PREFIX);
  }
}

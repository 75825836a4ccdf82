package dev.tandem.evolution;

import dev.tandem.table.TableId;
import java.util.List;

/// That rows of a legacy table are captured in another form from a position of the log on. The last
/// one of a table and domain in the control topic holds.
///
/// @param table as the domain's spec names it
/// @param changes for a person to read
/// @param reads those of the changed columns that an entity of the domain is made from
/// @param finding what stands against going on, empty if nothing does
/// @param lsn of the first change in the new form
/// @param at commit time of its transaction, microseconds since 1970-01-01T00:00Z
public record SchemaChanged(
    String domain,
    TableId table,
    List<String> changes,
    List<String> reads,
    String finding,
    String lsn,
    long at) {
  private static final String PREFIX = "schema/";

  public SchemaChanged {
    changes = List.copyOf(changes);
    reads = List.copyOf(reads);
  }

  /// Whether an entity is made from what has changed.
  public boolean isTouched() {
    return !reads.isEmpty() || !finding.isEmpty();
  }

  /// The same with what stands against going on now, if anything does.
  public SchemaChanged judged(List<SchemaFinding> findings) {
    return new SchemaChanged(
        domain, table, changes, reads, SchemaFinding.text(findings), lsn, at);
  }

  /// The key in the control topic: `schema/<domain>/<table>`.
  public String key() {
    return PREFIX + domain + "/" + table.sql();
  }

  /// Whether a key of the control topic is one of these.
  public static boolean isKey(String key) {
    return key.startsWith(PREFIX);
  }
}

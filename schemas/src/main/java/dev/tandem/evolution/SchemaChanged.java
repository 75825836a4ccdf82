package dev.tandem.evolution;

import dev.tandem.table.TableId;
import java.util.List;

/// That rows of a legacy table are captured in another form from a position of the log on, or that
/// its catalog says something else that no row shows. The last one of each kind of a table and
/// domain in the control topic holds.
///
/// @param table as the domain's spec names it
/// @param changes for a person to read
/// @param reads those of the changed columns that an entity of the domain is made from
/// @param finding what stands against going on, empty if nothing does
/// @param lsn of the first change in the new form; [#OF_CATALOG] where the catalog shows it and no
///     row does
/// @param at commit time of its transaction, microseconds since 1970-01-01T00:00Z
public record SchemaChanged(
    String domain,
    TableId table,
    List<String> changes,
    List<String> reads,
    String finding,
    String lsn,
    long at) {
  /// In the place of a position of the log.
  public static final String OF_CATALOG = "";

  private static final String PREFIX = "schema/";
  private static final String CATALOG = "/catalog";

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
    return new SchemaChanged(domain, table, changes, reads, SchemaFinding.text(findings), lsn, at);
  }

  /// Whether it is known from the catalog alone.
  public boolean isOfCatalog() {
    return lsn.equals(OF_CATALOG);
  }

  /// The key in the control topic: `schema/<domain>/<table>`, and `schema/<domain>/<table>/catalog`
  /// of what no row shows, so that it replaces nothing that matters more.
  public String key() {
    return PREFIX + domain + "/" + table.sql() + (isOfCatalog() ? CATALOG : "");
  }

  /// Whether a key of the control topic is one of these.
  public static boolean isKey(String key) {
    return key.startsWith(PREFIX);
  }
}

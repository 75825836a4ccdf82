package dev.tandem.plan;

import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import java.util.List;
import java.util.Map;

/// What a legacy table and its columns were called, or had, at other times. No part of a
/// fingerprint: what is translated stays the same.
///
/// @param formerly earlier names of the table, the first one first
/// @param renamed what the mapping calls a column, and what it is called now
/// @param absent columns that not all captured rows have: where they lack it, it is NULL
/// @param keyedBy the columns that its rows go on being told apart by, whatever the primary key is
///     now; none where that is the primary key
public record SourceNames(
    List<TableId> formerly,
    Map<String, String> renamed,
    Map<String, Carrier> absent,
    List<String> keyedBy) {
  public static final SourceNames NONE = new SourceNames(List.of(), Map.of(), Map.of());

  /// Of a table whose rows are told apart by its primary key.
  public SourceNames(
      List<TableId> formerly, Map<String, String> renamed, Map<String, Carrier> absent) {
    this(formerly, renamed, absent, List.of());
  }

  public SourceNames {
    formerly = List.copyOf(formerly);
    renamed = Map.copyOf(renamed);
    absent = Map.copyOf(absent);
    keyedBy = List.copyOf(keyedBy);
  }

  /// What a column is called whose own name the mapping has for another one.
  public static String other(String column) {
    return column + " (another column)";
  }
}

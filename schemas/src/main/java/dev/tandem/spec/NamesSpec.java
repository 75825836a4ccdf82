package dev.tandem.spec;

import dev.tandem.table.TableId;
import java.util.List;

/// What a legacy table and its columns were called, or had, at other times: so that the mapping
/// stays as it is while the legacy schema moves.
///
/// @param formerly earlier names of the table, the first one first
/// @param renamed what the mapping calls a column, and what it is called now
/// @param absent columns that not all captured rows have, with their type: they are read as NULL
/// @param keyedBy the columns that its rows go on being told apart by, where the primary key is
///     another now; none where that is the primary key
public record NamesSpec(
    List<Located<TableId>> formerly,
    List<Pair> renamed,
    List<Pair> absent,
    List<Located<String>> keyedBy) {
  public static final NamesSpec NONE = new NamesSpec(List.of(), List.of(), List.of(), List.of());

  public NamesSpec {
    formerly = List.copyOf(formerly);
    renamed = List.copyOf(renamed);
    absent = List.copyOf(absent);
    keyedBy = List.copyOf(keyedBy);
  }

  /// A column of the mapping, and what is said of it.
  public record Pair(Located<String> column, Located<String> said) {}
}

package dev.tandem.bench;

import dev.tandem.demo.Examples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/// A legacy table, with its children if it has any, of which the benchmark has a migration of its
/// own.
@SuppressWarnings("ImmutableEnumChecker") // what unpacks it holds nothing
enum Sample {
  /// Rows of 7 columns.
  ITEM(
      Examples::unpackBench,
      1,
      1,
      "",
      """
      UPDATE item SET amt_cents = amt_cents + 1, changed = changed + interval '1 second'
      WHERE id BETWEEN lo AND hi;\
      """),
  /// Rows of 40 columns and about 1.3 kB.
  WIDE(
      Examples::unpackBenchWide,
      5,
      1,
      " of 40 columns",
      """
      UPDATE wide SET num01 = num01 + 1, amt1_cents = amt1_cents + 1,
                      chg1 = chg1 + interval '1 second'
      WHERE id BETWEEN lo AND hi;\
      """),
  /// Aggregates of a row and its 5 children.
  BASKET(
      Examples::unpackBenchBasket,
      6,
      6,
      " of aggregates with 5 children",
      """
      UPDATE basket SET amt_cents = amt_cents + 1, changed = changed + interval '1 second'
      WHERE id BETWEEN lo AND hi;
      UPDATE basket_line SET qty = qty + 1 WHERE basket_id BETWEEN lo AND hi;\
      """);

  private interface Unpacking {
    Path into(Path directory) throws IOException;
  }

  private final Unpacking unpacking;
  private final int divisor;
  private final int rowsEach;
  private final String described;
  private final String update;

  /// @param divisor by which it has fewer entities than the first
  /// @param rowsEach legacy rows of an entity
  /// @param described how loads call its rows
  /// @param update statements that change every row of the entities whose number is from `lo` to
  ///     `hi`
  Sample(Unpacking unpacking, int divisor, int rowsEach, String described, String update) {
    this.unpacking = unpacking;
    this.divisor = divisor;
    this.rowsEach = rowsEach;
    this.described = described;
    this.update = update;
  }

  /// Puts its files into a directory.
  ///
  /// @return its spec
  Path unpack(Path directory) throws IOException {
    return unpacking.into(directory);
  }

  /// @param items how many the first table has
  int entities(int items) {
    return items / divisor;
  }

  int rowsEach() {
    return rowsEach;
  }

  String update() {
    return update;
  }

  /// `300,000 rows of aggregates with 5 children`.
  ///
  /// @param what `rows`, `updates`, …
  String load(int count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, described);
  }
}

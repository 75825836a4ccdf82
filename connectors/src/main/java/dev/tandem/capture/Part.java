package dev.tandem.capture;

import dev.tandem.plan.MappingException;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One part that a table plays in one domain. Pure and thread-safe.
interface Part {
  /// Whether the rows that are there before their changes are streamed are read too.
  enum Loading {
    SWEPT,
    STREAMED_ONLY
  }

  /// A row belongs to no partition of the domain.
  int NOWHERE = -1;

  TableId table();

  /// Index of the domain in the plan.
  int domain();

  /// The entity's name, or an empty text.
  String entity();

  /// The names of the columns that name a row.
  List<String> key();

  Loading loading();

  /// The partition of a row, or [#NOWHERE].
  ///
  /// @throws MappingException if the row does not say it
  int partition(Row row);

  /// What is made of changes of a kind.
  enum Regard {
    /// They are captured.
    READ,
    /// They say nothing.
    PASSED,
    /// They should not be: one dead letter says so.
    REFUSED
  }

  default Regard regard(Op op) {
    return Regard.READ;
  }

  /// Whether each row is an event: inserted once, and what it says is not said again.
  default boolean isOfEvents() {
    return false;
  }

  /// Rows of this form come from now on.
  default void meet(RowSchema rows) {}

  /// Whether the plan cannot tell rows of this form apart: then the domain has to see each of them,
  /// wherever it belongs.
  default boolean stopsAt(RowSchema rows) {
    return false;
  }

  /// The names that the table had before.
  default List<TableId> formerly() {
    return List.of();
  }

  /// What names a root that may change its partition while its key stays; null for any other row.
  ///
  /// @throws MappingException if the row does not say it
  default @Nullable Object keyOfMovable(Row row) {
    return null;
  }

  /// Why a change must not take a row from one partition to another; null if it may.
  ///
  /// @throws MappingException if the rows do not say it
  default @Nullable String refusesMove(@Nullable Row before, @Nullable Row after) {
    return null;
  }
}

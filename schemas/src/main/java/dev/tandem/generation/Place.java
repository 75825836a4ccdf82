package dev.tandem.generation;

import org.jspecify.annotations.Nullable;

/// Where the tables of a generation stand.
///
/// @param schema that holds them; null where they stand where the spec says
/// @param since the transaction that put them there, 0 where they always stood there. A snapshot
///     that has not seen it shows other tables
public record Place(@Nullable String schema, long since) {
  /// What a checkpoint says instead of a transaction right before its tables leave, where others
  /// take their place that are fed from another outbox.
  public static final long LEFT = -1;

  /// Of a domain that was never rebuilt.
  public static final Place OF_SPEC = new Place(null, 0);

  /// Whether they stand where the spec says.
  public boolean isOfSpec() {
    return schema == null;
  }
}

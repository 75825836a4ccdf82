package dev.tandem.sweep;

import dev.tandem.position.Snapshot;
import java.util.List;

/// The rows of one page, in key order, all read in one snapshot.
///
/// @param rest what of its range comes after it; where a condition leaves rows out, that begins
///     behind the last row that was looked at
/// @param last whether nothing does
/// @param readAt microseconds since 1970-01-01T00:00Z, by the server's clock
record Page(List<SweptRow> rows, KeyRange rest, boolean last, Snapshot snapshot, long readAt) {}

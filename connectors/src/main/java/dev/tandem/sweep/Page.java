package dev.tandem.sweep;

import dev.tandem.position.Snapshot;
import java.util.List;

/// The rows of one page, in key order, all read in one snapshot.
///
/// @param last whether the range ends with it
/// @param readAt microseconds since 1970-01-01T00:00Z, by the server's clock
record Page(List<SweptRow> rows, boolean last, Snapshot snapshot, long readAt) {}

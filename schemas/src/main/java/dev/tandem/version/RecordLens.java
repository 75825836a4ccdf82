package dev.tandem.version;

import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// A compiled lens: one field's value from a record of the source version.
@FunctionalInterface
interface RecordLens {
  /// @throws Unfit if the value cannot be made
  @Nullable Object get(IndexedRecord source);
}

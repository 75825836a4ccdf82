/// Paged reads of a store's tables (DESIGN invariants 7 and 8): without a lock on rows and without
/// a window, in parallel, checkpointed after each page. A sweep reads over JDBC; where its rows go,
/// and that a page waits for the log, is its outlet's affair. May not depend on Kafka.
@NullMarked
package dev.tandem.sweep;

import org.jspecify.annotations.NullMarked;

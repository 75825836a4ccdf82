/// A test kit for mappings: rows of legacy tables in, contract records and dead letters out, in a
/// unit test, without a database, a broker or a registry.
///
/// It promises to translate as the program does: it compiles the spec by the same compiler against
/// tables that SQL scripts describe, routes and merges rows by the same rules, and reads the
/// records back from the bytes that would go to Kafka. What it cannot show is what a database or a
/// network does. Its public types keep the promise of versions in `deploy/docs/java.md`.
@NullMarked
package dev.tandem.kit;

import org.jspecify.annotations.NullMarked;

/// Contracts: the versioned Avro schemas of entities, as folders of files; the canonical text of a
/// contract value and the canonical digest of a contract record, which are the same in every run,
/// process and version of Tandem.
///
/// May depend on Avro, never on Kafka, JDBC or HTTP.
@NullMarked
package dev.tandem.contract;

import org.jspecify.annotations.NullMarked;

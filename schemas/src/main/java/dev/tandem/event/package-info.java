/// Events of legacy outbox tables as rows: each row of such a table holds the whole state of one
/// aggregate as JSON or Avro, or says that it is gone.
///
/// What is captured, merged and kept is the event as it is; what the lenses read is made from it
/// here, whenever a key, a partition or a record is computed. So an event that cannot be read still
/// has its place: it becomes a dead letter, opens a divergence, and is healed by the next one.
/// Schemas of Avro are asked for through [PayloadSchemas]: who cannot be asked now says nothing of
/// an event, which waits for it. Pure: may depend on Jackson for JSON and on Avro, never on Kafka,
/// JDBC or HTTP.
@NullMarked
package dev.tandem.event;

import org.jspecify.annotations.NullMarked;

/// Translates a domain's outbox into its contract topic: legacy rows become contract records, whole
/// aggregates, once per legacy transaction, in legacy commit order.
///
/// Promises: nothing is forwarded before the baselines of the domain's tables have passed, no
/// record comes from the middle of a transaction, no unknown value reaches a contract, what cannot
/// be translated becomes a dead letter while the rest goes on, and the watermark always reaches the
/// outbox's end (DESIGN invariants 3, 4, 6 to 10, 13).
///
/// The rules ([Translation] and what it is made of) know bytes, plans and rows, but no Kafka
/// Streams; [TranslateTopology], [TranslateApp] and the classes beside them hold no rule. Depends
/// on the schemas module and Kafka Streams, never on JDBC or HTTP.
@NullMarked
package dev.tandem.translate;

import org.jspecify.annotations.NullMarked;

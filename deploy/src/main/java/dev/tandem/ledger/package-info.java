/// What the reconciler has said, read again from its topics: which divergences are open, how far
/// both sides have been compared, and which repairs an operator may ask for.
///
/// What is decided here (`Ledger`, `Selection`, `RepairChoice`, `LagBook`) is decided from events
/// alone; `TopicReplay`, `LedgerReader` and `RepairRequests` talk to Kafka. Nothing here writes to
/// a store.
@NullMarked
package dev.tandem.ledger;

import org.jspecify.annotations.NullMarked;

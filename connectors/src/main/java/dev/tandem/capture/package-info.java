/// Reads the legacy store's log and writes the outbox topics (DESIGN invariants 1 to 3): one slot,
/// one engine and one transactional producer per migration; the slot is the only place that the log
/// is read again from, and it moves only to where everything stands in Kafka. Also runs the sweeps.
@NullMarked
package dev.tandem.capture;

import org.jspecify.annotations.NullMarked;

/// Reads the log of one store and writes one topic per domain (DESIGN invariants 1 to 3): the
/// legacy store's into the outbox, the target's into the observed topic. One slot, one engine and
/// one transactional producer per side of a migration; the slot is the only place that the log is
/// read again from, and it moves only to where everything stands in Kafka. Also runs the sweeps.
///
/// What differs between the sides is said by `Side` and by the parts that it gives to tables;
/// everything else is the same for both.
@NullMarked
package dev.tandem.capture;

import org.jspecify.annotations.NullMarked;

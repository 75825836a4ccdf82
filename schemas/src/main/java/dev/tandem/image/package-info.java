/// The image of one store's rows in one partition: what is kept of each row, by aggregate, and what
/// each transaction touched.
///
/// Fed with the records of an outbox or observed topic, in their order, by [dev.tandem.image
/// .ImageFeed]. Promises: a row is what the store last had as far as the records tell, whatever the
/// order of sweeps and stream (DESIGN invariant 7); what a transaction touched is said at its end
/// and not before (invariant 3); nothing is said before the baselines have passed (invariant 6),
/// and then everything once. Rules and bytes alone: depends on plans, rows and positions, never on
/// Kafka.
@NullMarked
package dev.tandem.image;

import org.jspecify.annotations.NullMarked;

/// Backfills and verifications as an operator sees them: what one would cost (`JobPlanner`), what
/// was ordered (`OrderBook`), how it stands (`JobReader`), and what is in its way
/// (`StorePressure`); and the same of a generation beside the live one that is applied
/// (`PaceBook`, `GenerationGate`). What follows from orders and notes is decided in
/// `dev.tandem.job` and `dev.tandem.generation`.
@NullMarked
package dev.tandem.jobs;

import org.jspecify.annotations.NullMarked;

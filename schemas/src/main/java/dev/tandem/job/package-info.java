/// Backfills and verifications as jobs: what an operator ordered, what the captures noted of it,
/// and the state that follows from both. Nobody keeps a job's state: whoever asks works it out
/// (`JobRules`). Pure rules; depends on the plan's model and names of tables alone.
@NullMarked
package dev.tandem.job;

import org.jspecify.annotations.NullMarked;

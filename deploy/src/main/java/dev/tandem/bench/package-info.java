/// The benchmark: how fast each step and the whole pipeline load and drain, what a change costs in
/// processor time, how far target and verdicts lag behind a steady load, how long jobs and lost
/// state take, and what the idle program takes; beside peers that carry the same changes, if asked.
/// Needs nothing but the embedded stack, and for one of the peers libraries that are no part of the
/// program.
///
/// A [dev.tandem.bench.Chapter] is what can be asked for alone, a [dev.tandem.bench.Trial] a
/// migration that is measured, and [dev.tandem.bench.Runs] what is told in the end.
@NullMarked
package dev.tandem.bench;

import org.jspecify.annotations.NullMarked;

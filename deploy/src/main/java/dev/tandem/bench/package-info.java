/// The benchmark: how fast each step and the whole pipeline drain a backlog, what a change costs in
/// processor time, and how far the target lags behind a steady load; beside peers that carry the
/// same changes, if asked. Needs nothing but the embedded stack, and for one of the peers libraries
/// that are no part of the program.
@NullMarked
package dev.tandem.bench;

import org.jspecify.annotations.NullMarked;

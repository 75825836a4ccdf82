/// The benchmark: how fast each step and the whole pipeline drain a backlog, what a change costs in
/// processor time, and how far the target lags behind a steady load. Needs nothing but the embedded
/// stack.
@NullMarked
package dev.tandem.bench;

import org.jspecify.annotations.NullMarked;

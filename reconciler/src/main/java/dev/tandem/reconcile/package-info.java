/// The rules by which both sides are compared (DESIGN invariant 5): positions decide, never timers.
/// Pure; depends on nothing but the JDK. The reconciling application that is driven by them reads
/// the outbox and the observed topic.
@NullMarked
package dev.tandem.reconcile;

import org.jspecify.annotations.NullMarked;

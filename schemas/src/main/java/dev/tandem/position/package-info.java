/// Where things stand: log positions, transaction ids, snapshots and what they say of each other.
/// Pure rules of DESIGN invariants 1 and 7; depends on nothing but the JDK.
@NullMarked
package dev.tandem.position;

import org.jspecify.annotations.NullMarked;

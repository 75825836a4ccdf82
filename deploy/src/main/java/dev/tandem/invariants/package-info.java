/// Compares the invariants of a spec as an operator asks for it: both stores at one position
/// (`dev.tandem.aligned`), each pair of queries in it (`dev.tandem.invariant`), and what the ledger
/// says may be the cause. Writes to the target that apply is held, and to the control topic who
/// asked.
@NullMarked
package dev.tandem.invariants;

import org.jspecify.annotations.NullMarked;

/// Invariants: pairs of queries, written independently of the mapping, that have to say the same of
/// both stores. What may stand as such a query, where both stores stand at the same position, and
/// whether two results agree. Pure rules; depends on positions and on texts of SQL alone.
@NullMarked
package dev.tandem.invariant;

import org.jspecify.annotations.NullMarked;

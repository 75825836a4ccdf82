/// Legacy tables that change while a migration runs: what has changed between two captured forms of
/// a table, what a domain's mapping can follow, and what it must not guess at.
///
/// Rules alone: they know plans and rows, never Kafka or JDBC. A rename is a drop and an add,
/// unless the spec says that it is a rename.
@NullMarked
package dev.tandem.evolution;

import org.jspecify.annotations.NullMarked;

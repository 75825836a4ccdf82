/// The rules of sweeps alone, and pages against a real PostgreSQL.
@NullMarked
package dev.tandem.sweep;

import org.jspecify.annotations.NullMarked;

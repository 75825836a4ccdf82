/// Tests of apply: its rules alone, and against a real PostgreSQL.
@NullMarked
package dev.tandem.apply;

import org.jspecify.annotations.NullMarked;

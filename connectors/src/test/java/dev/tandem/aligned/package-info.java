/// Tests of what is asked of both stores at one position, against a real PostgreSQL.
@NullMarked
package dev.tandem.aligned;

import org.jspecify.annotations.NullMarked;

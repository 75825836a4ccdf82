/// Capture against a real PostgreSQL, with the outbox in memory; its rules alone, in milliseconds.
@NullMarked
package dev.tandem.capture;

import org.jspecify.annotations.NullMarked;

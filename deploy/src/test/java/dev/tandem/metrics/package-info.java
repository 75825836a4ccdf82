/// What a process says of itself.
@NullMarked
package dev.tandem.metrics;

import org.jspecify.annotations.NullMarked;

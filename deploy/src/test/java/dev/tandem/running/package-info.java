/// The parts of the pipeline against a real broker.
@NullMarked
package dev.tandem.running;

import org.jspecify.annotations.NullMarked;

/// The embedded stack is started for real.
@NullMarked
package dev.tandem.stack;

import org.jspecify.annotations.NullMarked;

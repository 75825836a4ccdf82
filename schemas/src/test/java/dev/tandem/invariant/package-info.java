@NullMarked
package dev.tandem.invariant;

import org.jspecify.annotations.NullMarked;

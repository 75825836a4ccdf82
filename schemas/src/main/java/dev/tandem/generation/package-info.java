/// Which generations of a domain there are, where their tables stand, and when one may take the
/// other's place. Rules alone: what they decide can be known from their arguments.
@NullMarked
package dev.tandem.generation;

import org.jspecify.annotations.NullMarked;

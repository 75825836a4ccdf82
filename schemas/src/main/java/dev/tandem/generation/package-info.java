/// Which generations of a domain there are, where their tables stand, when one may take the
/// other's place, and how fast one beside the live one may be applied. Rules alone: what they
/// decide can be known from their arguments.
@NullMarked
package dev.tandem.generation;

import org.jspecify.annotations.NullMarked;

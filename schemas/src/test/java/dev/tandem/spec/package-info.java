/// Tests of the spec: what is read, what is refused and where it is said.
@NullMarked
package dev.tandem.spec;

import org.jspecify.annotations.NullMarked;

/// Tests of the lenses and of the compiler of mappings.
@NullMarked
package dev.tandem.lens;

import org.jspecify.annotations.NullMarked;

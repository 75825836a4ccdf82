/// The command line, as its users meet it.
@NullMarked
package dev.tandem.program;

import org.jspecify.annotations.NullMarked;

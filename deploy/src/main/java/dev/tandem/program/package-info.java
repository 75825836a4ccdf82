/// TODO package comment.
@NullMarked
package dev.tandem.program;

import org.jspecify.annotations.NullMarked;

/// TODO package comment.
@NullMarked
package dev.tandem.position;

import org.jspecify.annotations.NullMarked;

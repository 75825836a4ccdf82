/// TODO package comment.
@NullMarked
package dev.tandem.postgres;

import org.jspecify.annotations.NullMarked;

/// TODO package comment.
@NullMarked
package dev.tandem.translate;

import org.jspecify.annotations.NullMarked;

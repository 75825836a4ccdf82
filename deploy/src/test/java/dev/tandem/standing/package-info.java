@NullMarked
package dev.tandem.standing;

import org.jspecify.annotations.NullMarked;

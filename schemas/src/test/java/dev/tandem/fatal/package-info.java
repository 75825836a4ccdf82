@NullMarked
package dev.tandem.fatal;

import org.jspecify.annotations.NullMarked;

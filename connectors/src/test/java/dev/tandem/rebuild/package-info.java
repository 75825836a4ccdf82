@NullMarked
package dev.tandem.rebuild;

import org.jspecify.annotations.NullMarked;

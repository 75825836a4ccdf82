@NullMarked
package dev.tandem.wire;

import org.jspecify.annotations.NullMarked;

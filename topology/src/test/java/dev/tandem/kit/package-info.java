@NullMarked
package dev.tandem.kit;

import org.jspecify.annotations.NullMarked;

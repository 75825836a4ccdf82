@NullMarked
package dev.tandem.streams;

import org.jspecify.annotations.NullMarked;

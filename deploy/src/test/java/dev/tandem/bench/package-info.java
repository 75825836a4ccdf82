@NullMarked
package dev.tandem.bench;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tandem.version;

import org.jspecify.annotations.NullMarked;

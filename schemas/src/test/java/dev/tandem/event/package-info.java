@NullMarked
package dev.tandem.event;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.tandem.table;

import org.jspecify.annotations.NullMarked;

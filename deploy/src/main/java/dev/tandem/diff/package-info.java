/// Compares two mappings of one domain over the retained outbox: what would a new one change?
@NullMarked
package dev.tandem.diff;

import org.jspecify.annotations.NullMarked;

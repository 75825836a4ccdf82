/// Whether an outbox is sound, found out without capture's own bookkeeping.
@NullMarked
package dev.tandem.audit;

import org.jspecify.annotations.NullMarked;

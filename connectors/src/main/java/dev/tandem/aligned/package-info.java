/// Both stores at the same position: a snapshot of the legacy store, and one of the target that
/// holds just what the first one saw. Apply is held for it, for seconds, and by positions alone is
/// decided whether the two belong together (`dev.tandem.invariant`). Writes nothing to either store
/// but the hold.
@NullMarked
package dev.tandem.aligned;

import org.jspecify.annotations.NullMarked;

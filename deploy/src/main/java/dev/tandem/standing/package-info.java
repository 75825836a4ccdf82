/// What the command `rebuild` asks and shows: where the generations of a domain stand, and whether
/// one is proven.
@NullMarked
package dev.tandem.standing;

import org.jspecify.annotations.NullMarked;

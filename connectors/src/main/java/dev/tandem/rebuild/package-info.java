/// Rebuild: generations of a domain beside the live one. Tables like the live ones are made, and,
/// when they have been proven equal, exchanged with them in one transaction; what is given up is
/// removed whole. Whether something is proven is decided in `dev.tandem.generation`.
@NullMarked
package dev.tandem.rebuild;

import org.jspecify.annotations.NullMarked;

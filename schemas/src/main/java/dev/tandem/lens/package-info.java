/// Lenses: field mappings from legacy rows to contracts, typed when compiled.
@NullMarked
package dev.tandem.lens;

import org.jspecify.annotations.NullMarked;

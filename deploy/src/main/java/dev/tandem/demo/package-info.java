/// The demonstration: a legacy shop, people who order in it, its migration, and a comparison of
/// both stores that knows nothing of Tandem's own machinery.
@NullMarked
package dev.tandem.demo;

import org.jspecify.annotations.NullMarked;

/// Catalog tests, and the PostgreSQL server that tests of this module share.
@NullMarked
package dev.tandem.postgres;

import org.jspecify.annotations.NullMarked;

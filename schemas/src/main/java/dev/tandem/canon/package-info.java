/// The canonical form of values: what both sides of a migration reduce a value to, so that equal
/// content has equal bytes whatever store it was read from, and keyed digests of it. Pure; depends
/// on contracts, plans and rows.
@NullMarked
package dev.tandem.canon;

import org.jspecify.annotations.NullMarked;

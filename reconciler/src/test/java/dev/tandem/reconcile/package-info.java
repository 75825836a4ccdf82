@NullMarked
package dev.tandem.reconcile;

import org.jspecify.annotations.NullMarked;

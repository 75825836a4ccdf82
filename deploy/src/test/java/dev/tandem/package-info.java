/// Tests of the whole: what holds across the modules.
@NullMarked
package dev.tandem;

import org.jspecify.annotations.NullMarked;

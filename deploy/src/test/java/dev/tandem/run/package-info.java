@NullMarked
package dev.tandem.run;

import org.jspecify.annotations.NullMarked;

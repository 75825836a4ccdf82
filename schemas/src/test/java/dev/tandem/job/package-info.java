@NullMarked
package dev.tandem.job;

import org.jspecify.annotations.NullMarked;

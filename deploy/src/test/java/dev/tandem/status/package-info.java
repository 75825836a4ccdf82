/// What is read for `status`.
@NullMarked
package dev.tandem.status;

import org.jspecify.annotations.NullMarked;

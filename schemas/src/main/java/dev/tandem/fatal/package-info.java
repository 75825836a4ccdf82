/// What no part of a process goes on from. Depends on nothing.
@NullMarked
package dev.tandem.fatal;

import org.jspecify.annotations.NullMarked;

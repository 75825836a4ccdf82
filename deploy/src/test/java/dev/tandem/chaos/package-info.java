/// The program as a fleet of processes, with a broker and stores that crash and lines that are cut,
/// and what must hold whatever happens.
@NullMarked
package dev.tandem.chaos;

import org.jspecify.annotations.NullMarked;

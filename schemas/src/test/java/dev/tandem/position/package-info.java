/// Tests of positions and visibility: the simulation of sweeps beside a stream, and the properties
/// that it stands on.
@NullMarked
package dev.tandem.position;

import org.jspecify.annotations.NullMarked;

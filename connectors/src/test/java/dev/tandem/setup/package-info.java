/// Tests of set-up: its rules alone, its statements on a real server.
@NullMarked
package dev.tandem.setup;

import org.jspecify.annotations.NullMarked;

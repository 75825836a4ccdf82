/// The operator's API on a real server, with the real routes and checks.
@NullMarked
package dev.tandem.api;

import org.jspecify.annotations.NullMarked;

/// What a running process says of itself over HTTP: metrics and health.
@NullMarked
package dev.tandem.metrics;

import org.jspecify.annotations.NullMarked;

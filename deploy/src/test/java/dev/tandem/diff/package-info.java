/// What is said of two mappings, without Kafka.
@NullMarked
package dev.tandem.diff;

import org.jspecify.annotations.NullMarked;

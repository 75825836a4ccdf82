/// The registry's rule by itself, and the server over HTTP and Kafka.
@NullMarked
package dev.tandem.stack.registry;

import org.jspecify.annotations.NullMarked;

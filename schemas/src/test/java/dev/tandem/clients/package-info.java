/// Tests of how clients of Kafka are made.
@NullMarked
package dev.tandem.clients;

import org.jspecify.annotations.NullMarked;

/// What is concluded from the events of the reconciler, without Kafka.
@NullMarked
package dev.tandem.ledger;

import org.jspecify.annotations.NullMarked;

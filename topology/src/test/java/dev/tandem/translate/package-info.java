/// Tests of translation: the rules over a state in memory, and the topology in Kafka's test driver.
@NullMarked
package dev.tandem.translate;

import org.jspecify.annotations.NullMarked;

/// How clients of Kafka are made. Holds no rule but what an outage is while one is made; depends on
/// nothing of ours.
@NullMarked
package dev.tandem.clients;

import org.jspecify.annotations.NullMarked;

/// What the Kafka Streams applications of this project have in common: stores as sorted bytes,
/// memory, the moment before a commit, membership in the group, records with a partition of their
/// own. Holds no rule; the only package of this module that may use Kafka Streams.
@NullMarked
package dev.tandem.streams;

import org.jspecify.annotations.NullMarked;

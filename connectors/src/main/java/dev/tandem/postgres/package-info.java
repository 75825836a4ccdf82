/// What a PostgreSQL server says of itself: its tables and types, its replication slots and
/// snapshots. Reads catalogs over JDBC, changes nothing. May not depend on Kafka.
@NullMarked
package dev.tandem.postgres;

import org.jspecify.annotations.NullMarked;

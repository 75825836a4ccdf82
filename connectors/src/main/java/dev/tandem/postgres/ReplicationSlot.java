package dev.tandem.postgres;

import dev.tandem.position.Lsn;

/// A logical replication slot as the server shows it.
///
/// @param active whether a session streams from it now
/// @param walStatus `reserved`, `extended`, `unreserved` or `lost`
/// @param invalidation why the server gave it up, empty if it did not
/// @param confirmed everything that committed up to here has been confirmed by its reader
public record ReplicationSlot(
    String name,
    String plugin,
    String database,
    boolean active,
    String walStatus,
    String invalidation,
    Lsn confirmed) {}

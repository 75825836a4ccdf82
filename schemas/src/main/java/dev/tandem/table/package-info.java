/// What a database says of its tables: columns, types, keys, replica identities. Values only; read
/// from Postgres by the connectors and written by hand in tests. Depends on nothing but the JDK.
@NullMarked
package dev.tandem.table;

import org.jspecify.annotations.NullMarked;

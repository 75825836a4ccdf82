/// One row of a table as it travels: canonical Java values by column, and its Avro form. Swept and
/// streamed rows of one content are equal here. May depend on Avro, never on Kafka, JDBC or HTTP.
@NullMarked
package dev.tandem.row;

import org.jspecify.annotations.NullMarked;

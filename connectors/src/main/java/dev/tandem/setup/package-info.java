/// What a migration needs before it can run, and how it is taken away again: publication and slot
/// in the legacy store, the `tandem` schema in the target, topics in Kafka; and the doctor that
/// says whether all of it is in order.
///
/// Promises: nothing is changed that was not planned as a named step with the very statement that
/// is run; a slot that existed is never made again; a table whose updates would fail is never
/// published. What is returned are values: nothing here prints. Of capture it may know the names
/// and nothing else; it may not depend on sweep or apply.
@NullMarked
package dev.tandem.setup;

import org.jspecify.annotations.NullMarked;

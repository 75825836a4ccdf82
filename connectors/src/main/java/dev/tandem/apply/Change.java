package dev.tandem.apply;

import dev.tandem.plan.EntityPlan;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// What one entity becomes.
///
/// @param value null if the entity is gone
/// @param isNew whether a deletion may meet no row
/// @param source the record that says it
record Change(
    EntityPlan entity,
    GenericRecord key,
    @Nullable GenericRecord value,
    boolean isNew,
    Incoming source) {}

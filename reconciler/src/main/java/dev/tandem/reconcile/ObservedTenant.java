package dev.tandem.reconcile;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.ObservedValue;
import dev.tandem.row.Row;
import java.util.Optional;
import org.apache.avro.Schema;

/// Which tenant a row of the target is of that nobody expects: what its column says that takes the
/// domain's tenant field.
///
/// @param column of the entity's root table
record ObservedTenant(String column, ObservedValue value) {
  /// Empty where the domain has no tenant, or the target no column of it.
  static Optional<ObservedTenant> of(DomainPlan plan, EntityPlan entity) {
    String field = plan.tenant().orElse("");
    Schema.Field typed = entity.mapping().contract().getField(field);
    return entity.target().root().columns().stream()
        .filter(column -> typed != null && column.field().equals(field))
        .findFirst()
        .map(
            column ->
                new ObservedTenant(
                    column.name(), new ObservedValue(typed.schema(), column.postgres())));
  }

  /// In the form that the mapping gives a tenant; empty where the row does not say it, or says what
  /// no tenant can be called.
  String of(Row root) {
    int index = root.schema().indexOf(column);
    Object held = index < 0 ? null : root.values()[index];
    if (held == null || held == Row.UNKNOWN) {
      return "";
    }
    try {
      return value.canonical(held);
    } catch (IllegalArgumentException strange) {
      return "";
    }
  }
}

package dev.tandem.ledger;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.KeyPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/// The SQL by which a person sees what the target holds of a divergence: the root's row, and the
/// rows of each child list that differs.
public final class TargetQuery {
  private final MigrationPlan plan;

  public TargetQuery(MigrationPlan plan) {
    this.plan = plan;
  }

  /// None if the entity has left the spec, or if its key is not known or not shown.
  public List<String> of(Divergence event) {
    Optional<EntityPlan> found =
        plan.domains().stream()
            .filter(domain -> domain.name().equals(event.domain()))
            .flatMap(domain -> domain.entities().stream())
            .filter(entity -> entity.name().equals(event.entity()))
            .findFirst();
    if (found.isEmpty() || event.key().isEmpty() || isHidden(event.key())) {
      return List.of();
    }
    EntityPlan entity = found.get();
    var queries = new ArrayList<String>();
    var root = entity.target().root();
    select(root.table(), root.columns(), event.key(), entity).ifPresent(queries::add);
    var differing = new HashSet<>(event.fields().stream().map(FieldDifference::field).toList());
    entity.target().children().stream()
        .filter(child -> differing.contains(child.field()))
        .forEach(
            child ->
                select(child.table().table(), child.parent(), event.key(), entity)
                    .ifPresent(queries::add));
    return queries;
  }

  private static boolean isHidden(List<KeyPart> key) {
    return key.stream().anyMatch(part -> part.value().startsWith(Divergence.DIGEST));
  }

  private static Optional<String> select(
      TableId table, List<TargetColumn> columns, List<KeyPart> key, EntityPlan entity) {
    var conditions = new ArrayList<String>();
    for (KeyPart part : key) {
      Schema.Field field = entity.mapping().key().getField(part.field());
      columns.stream()
          .filter(column -> column.field().equals(part.field()) && field != null)
          .findFirst()
          .map(column -> Sql.quote(column.name()) + " = " + literal(field.schema(), part.value()))
          .ifPresent(conditions::add);
    }
    return conditions.size() == key.size()
        ? Optional.of(
            "SELECT * FROM " + table.sql() + " WHERE " + String.join(" AND ", conditions) + ";")
        : Optional.empty();
  }

  /// A canonical text as PostgreSQL reads it: of dates and times it is the number that Avro holds.
  private static String literal(Schema schema, String text) {
    LogicalType logical = OptionalSchema.bare(schema).getLogicalType();
    if (logical == null || !text.matches("-?[0-9]{1,19}")) {
      return Sql.literal(text);
    }
    return switch (logical.getName()) {
      case "date" -> "DATE '1970-01-01' + (" + text + ")";
      case "timestamp-micros" -> "TIMESTAMPTZ 'epoch' + " + interval(text, "microsecond");
      case "timestamp-millis" -> "TIMESTAMPTZ 'epoch' + " + interval(text, "millisecond");
      case "local-timestamp-micros" -> "TIMESTAMP 'epoch' + " + interval(text, "microsecond");
      case "local-timestamp-millis" -> "TIMESTAMP 'epoch' + " + interval(text, "millisecond");
      case "time-micros" -> "TIME '00:00' + " + interval(text, "microsecond");
      case "time-millis" -> "TIME '00:00' + " + interval(text, "millisecond");
      default -> Sql.literal(text);
    };
  }

  private static String interval(String count, String unit) {
    return "(" + count + ") * INTERVAL '1 " + unit + "'";
  }
}

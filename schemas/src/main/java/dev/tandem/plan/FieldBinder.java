package dev.tandem.plan;

import dev.tandem.event.EventTable;
import dev.tandem.event.EventTable.Items;
import dev.tandem.spec.OutboxSpec;
import dev.tandem.spec.Problems;
import dev.tandem.table.Column;
import dev.tandem.table.ColumnType;
import dev.tandem.table.SqlType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Binds what the spec declares of a payload: types that PostgreSQL has, and every name once.
record FieldBinder(OutboxSpec spec, Problems problems) {
  /// Before the type of a value that may be missing or null.
  private static final String OPTIONAL = "optional ";

  record Fields(List<EventTable.Field> values, List<Items> lists) {}

  static Column column(EventTable.Field field) {
    return new Column(field.column(), field.type(), !field.required(), false, false);
  }

  /// @param aggregateId a name that is taken
  Optional<Fields> bind(String aggregateId) {
    var values = new ArrayList<EventTable.Field>();
    var lists = new ArrayList<Items>();
    boolean sound = true;
    for (OutboxSpec.Field field : spec.fields()) {
      sound &= checkName(field, aggregateId);
      if (field.isList()) {
        Optional<Items> items = items(field, aggregateId);
        items.ifPresent(lists::add);
        sound &= items.isPresent();
      } else {
        Optional<EventTable.Field> value = value(field);
        value.ifPresent(values::add);
        sound &= value.isPresent();
      }
    }
    return sound ? Optional.of(new Fields(values, lists)) : Optional.empty();
  }

  private boolean checkName(OutboxSpec.Field field, String aggregateId) {
    String name = field.name().value();
    if (name.equals(aggregateId)) {
      field
          .name()
          .error(
              problems,
              "'" + name + "' is the column of the aggregate's id already, which lenses can read",
              "leave it out, and read the column; or name the column otherwise in the legacy store");
      return false;
    }
    if (name.startsWith(".") || name.endsWith(".") || name.contains("..")) {
      field
          .name()
          .error(
              problems,
              "'" + name + "' is no path of keys",
              "write the keys that lead to the value, with a dot between: address.city");
      return false;
    }
    return true;
  }

  private Optional<Items> items(OutboxSpec.Field list, String aggregateId) {
    var fields = new ArrayList<EventTable.Field>();
    var names = new HashSet<String>();
    for (OutboxSpec.Field field : list.items()) {
      if (field.isList()) {
        field
            .name()
            .error(
                problems,
                "a list in a list is not read",
                "declare it as jsonb, and read it with a lens in Java");
        return Optional.empty();
      }
      if (!checkName(field, aggregateId) || !names.add(field.name().value())) {
        return Optional.empty();
      }
      Optional<EventTable.Field> value = value(field);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      fields.add(value.get());
    }
    return Optional.of(new Items(list.name().value(), fields));
  }

  private Optional<EventTable.Field> value(OutboxSpec.Field field) {
    String said = field.type().value();
    boolean optional = said.startsWith(OPTIONAL);
    Optional<ColumnType> type =
        SqlType.parse(optional ? said.substring(OPTIONAL.length()) : said)
            .filter(ColumnType::isCarried);
    if (type.isEmpty()) {
      field
          .type()
          .error(
              problems,
              "expected the type of a column that lenses read, found '" + said + "'",
              "write one such as text, integer, bigint, numeric(12,2), boolean, date, timestamptz,"
                  + " uuid, jsonb or text[], with 'optional' before it where the value may be missing");
    }
    return type.map(it -> new EventTable.Field(field.name().value(), it, !optional));
  }
}

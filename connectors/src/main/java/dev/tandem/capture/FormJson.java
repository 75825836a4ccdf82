package dev.tandem.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.List;

/// The form of a table's rows in JSON.
final class FormJson {
  private FormJson() {}

  static void write(ObjectNode json, RowSchema rows) {
    json.put("schema", rows.table().schema());
    json.put("table", rows.table().name());
    ArrayNode columns = json.putArray("columns");
    for (RowSchema.Field field : rows.fields()) {
      columns
          .addObject()
          .put("name", field.name())
          .put("carrier", field.carrier().name())
          .put("array", field.array());
    }
    RowSchema.Key key = rows.key();
    if (key != null) {
      key.primary().forEach(json.putArray("primary")::add);
      key.identity().forEach(json.putArray("identity")::add);
    }
  }

  static RowSchema read(JsonNode json) {
    var fields = new ArrayList<RowSchema.Field>();
    for (JsonNode column : json.required("columns")) {
      fields.add(
          new RowSchema.Field(
              column.required("name").textValue(),
              Carrier.valueOf(column.required("carrier").textValue()),
              column.required("array").booleanValue()));
    }
    return new RowSchema(
        new TableId(json.required("schema").textValue(), json.required("table").textValue()),
        fields,
        json.has("primary")
            ? new RowSchema.Key(texts(json.required("primary")), texts(json.required("identity")))
            : null);
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts;
  }
}

package dev.tandem.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.List;

/// The form of a table's rows in JSON, and what no row shows of it.
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

  static void write(ObjectNode json, TableDetail detail) {
    ArrayNode columns = json.putArray("columns");
    for (TableDetail.Column column : detail.columns()) {
      ObjectNode one =
          columns
              .addObject()
              .put("number", column.number())
              .put("name", column.name())
              .put("type", column.type())
              .put("carrier", column.carrier())
              .put("filled", column.filled())
              .put("stored", column.stored());
      column.values().forEach(one.putArray("values")::add);
    }
    detail.partitions().forEach(json.putArray("partitions")::add);
  }

  static TableDetail detail(JsonNode json) {
    var columns = new ArrayList<TableDetail.Column>();
    for (JsonNode column : json.required("columns")) {
      columns.add(
          new TableDetail.Column(
              column.required("number").intValue(),
              column.required("name").textValue(),
              column.required("type").textValue(),
              column.required("carrier").textValue(),
              column.required("filled").textValue(),
              column.required("stored").booleanValue(),
              texts(column.required("values"))));
    }
    return new TableDetail(columns, texts(json.required("partitions")));
  }
}

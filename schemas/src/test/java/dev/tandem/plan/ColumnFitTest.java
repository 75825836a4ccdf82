package dev.tandem.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnFitTest {
  private static Schema schema(String type) {
    String[] parts = type.split(" ", -1);
    String json =
        switch (parts[0]) {
          case "decimal" ->
              "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":%s,\"scale\":%s}"
                  .formatted(parts[1], parts[2]);
          case "enum" -> "{\"type\":\"enum\",\"name\":\"Status\",\"symbols\":[\"ON\",\"OFFLINE\"]}";
          case "array" -> "{\"type\":\"array\",\"items\":\"" + parts[1] + "\"}";
          default ->
              parts.length == 1
                  ? "\"" + parts[0] + "\""
                  : "{\"type\":\"" + parts[0] + "\",\"logicalType\":\"" + parts[1] + "\"}";
        };
    return new SchemaParser().parse(json).mainSchema();
  }

  private static ColumnType column(String postgres, Carrier carrier) {
    return new ColumnType(postgres, carrier, postgres.endsWith("[]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "string; text; TEXT",
        "string; character varying(10); TEXT",
        "string; jsonb; JSON",
        "string uuid; uuid; UUID",
        "string uuid; character varying(36); TEXT",
        "enum; character varying(7); TEXT",
        "enum; crm.status; TEXT",
        "int; integer; INT",
        "int; bigint; LONG",
        "int; numeric(10,0); NUMERIC",
        "int date; date; DATE",
        "long; bigint; LONG",
        "long; numeric; NUMERIC",
        "long timestamp-micros; timestamp with time zone; INSTANT",
        "long timestamp-millis; timestamp(3) with time zone; INSTANT",
        "long local-timestamp-micros; timestamp without time zone; TIMESTAMP",
        "long time-micros; time without time zone; TIME",
        "float; double precision; DOUBLE",
        "boolean; boolean; BOOLEAN",
        "bytes; bytea; BYTES",
        "decimal 12 2; numeric; NUMERIC",
        "decimal 12 2; numeric(12,2); NUMERIC",
        "decimal 12 2; numeric(14,4); NUMERIC",
        "decimal 9 0; integer; INT",
        "array string; text[]; TEXT",
        "array long; bigint[]; LONG",
      })
  void shouldTakeWhatHoldsEveryValue(String field, String postgres, Carrier carrier) {
    assertThat(ColumnFit.check(schema(field), column(postgres, carrier))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "string; integer; INT; text",
        "string uuid; character varying(35); TEXT; uuid",
        "enum; character varying(6); TEXT; text",
        "enum; uuid; UUID; text",
        "int; smallint; INT; integer",
        "int; numeric(9,0); NUMERIC; integer",
        "long; integer; INT; bigint",
        "long; double precision; DOUBLE; bigint",
        "long; numeric(18,0); NUMERIC; bigint",
        "int date; timestamp without time zone; TIMESTAMP; date",
        "long timestamp-micros; timestamp without time zone; TIMESTAMP; timestamp with time zone",
        "long timestamp-micros; timestamp(3) with time zone; INSTANT; timestamp with time zone",
        "long timestamp-micros; bigint; LONG; timestamp with time zone",
        "long local-timestamp-micros; timestamp with time zone; INSTANT; timestamp without time zone",
        "double; real; FLOAT; double precision",
        "bytes; text; TEXT; bytea",
        "decimal 12 2; numeric(11,2); NUMERIC; 'numeric(12,2)'",
        "decimal 12 2; numeric(12,1); NUMERIC; 'numeric(12,2)'",
        "decimal 12 2; bigint; LONG; 'numeric(12,2)'",
        "decimal 10 0; integer; INT; 'numeric(10,0)'",
        "array long; integer[]; INT; bigint[]",
        "array long; bigint; LONG; bigint[]",
        "long; bigint[]; LONG; bigint",
      })
  void shouldRefuseWhatIsTooNarrowAndSayWhatWouldDo(
      String field, String postgres, Carrier carrier, String wanted) {
    var misfit = ColumnFit.check(schema(field), column(postgres, carrier)).orElseThrow();
    assertThat(misfit.wanted()).isEqualTo(wanted);
    assertThat(misfit.cause()).contains(postgres);
    assertThat(ColumnFit.check(schema(field), column(misfit.wanted(), carrierOf(misfit.wanted()))))
        .as("what is proposed fits")
        .isEmpty();
  }

  private static Carrier carrierOf(String postgres) {
    return switch (postgres.replaceAll("\\(.*|\\[\\]", "")) {
      case "text" -> Carrier.TEXT;
      case "uuid" -> Carrier.UUID;
      case "integer" -> Carrier.INT;
      case "bigint" -> Carrier.LONG;
      case "numeric" -> Carrier.NUMERIC;
      case "double precision" -> Carrier.DOUBLE;
      case "date" -> Carrier.DATE;
      case "bytea" -> Carrier.BYTES;
      case "timestamp with time zone" -> Carrier.INSTANT;
      default -> Carrier.TIMESTAMP;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "customerId,customer_id",
    "id,id",
    "line1Text,line1_text",
    "vatURLPath,vat_url_path",
    "already_snake,already_snake"
  })
  void shouldNameColumnsInSnakeCase(String field, String column) {
    assertThat(SnakeCase.of(field)).isEqualTo(column);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "string; uuid; UUID",
        "string; jsonb; JSON",
        "string; inet; TEXT",
        "string; daterange; TEXT",
      })
  void shouldRefuseAColumnThatNamesAnEntityOtherwiseThanItWasNamed(
      String field, String postgres, Carrier carrier) {
    assertThat(ColumnFit.check(schema(field), column(postgres, carrier))).isEmpty();
    assertThat(ColumnFit.checkName(schema(field), column(postgres, carrier))).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "string; text; TEXT",
        "string; character varying(10); TEXT",
        "string; character(10); TEXT",
        "string; crm.kind; TEXT",
        "string uuid; uuid; UUID",
        "long; numeric; NUMERIC",
      })
  void shouldTakeAColumnThatGivesANameBackAsItWas(String field, String postgres, Carrier carrier) {
    assertThat(ColumnFit.checkName(schema(field), column(postgres, carrier))).isEmpty();
  }
}

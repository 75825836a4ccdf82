package dev.tandem.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.row.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContractSizeTest {
  private static final Schema DECIMAL =
      LogicalTypes.decimal(30, 2).addToSchema(Schema.create(Schema.Type.BYTES));
  private static final Schema CONTRACT =
      SchemaBuilder.record("Customer")
          .fields()
          .requiredLong("id")
          .requiredString("name")
          .name("balance")
          .type(DECIMAL)
          .noDefault()
          .optionalBytes("photo")
          .name("towns")
          .type()
          .array()
          .items()
          .stringType()
          .noDefault()
          .endRecord();
  private static final Schema KEY =
      SchemaBuilder.record("CustomerKey").fields().requiredLong("id").endRecord();

  private static final EntityMapping MAPPING =
      new EntityMapping() {
        @Override
        public Schema contract() {
          return CONTRACT;
        }

        @Override
        public Schema key() {
          return KEY;
        }

        @Override
        public String partitionKey(Source source, Row row) {
          throw new AssertionError();
        }

        @Override
        public GenericRecord key(Row root) {
          throw new AssertionError();
        }

        @Override
        public GenericRecord project(Row root, Map<String, List<Row>> children) {
          throw new AssertionError();
        }

        @Override
        public Map<String, String> copies() {
          return Map.of();
        }

        @Override
        public String tenant(GenericRecord contract) {
          return "";
        }
      };

  private static GenericRecord customer(int towns) {
    var customer = new GenericData.Record(CONTRACT);
    customer.put("id", 1L << 40);
    customer.put("name", "Zoë");
    customer.put("balance", new BigDecimal("123456789012345678901234567.89"));
    customer.put("photo", ByteBuffer.wrap(new byte[50]));
    customer.put("towns", Collections.nCopies(towns, "Überlingen"));
    return customer;
  }

  /// Bytes as they stand in the topic: framing, key, framing, value.
  private static int written(GenericRecord customer) throws IOException {
    return 5 + bytes(KEY, MAPPING.keyOf(customer)) + 5 + bytes(CONTRACT, customer);
  }

  private static int bytes(Schema schema, GenericRecord record) throws IOException {
    var out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema, ContractData.MODEL).write(record, encoder);
    encoder.flush();
    return out.size();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 5000})
  void shouldTakeARecordOfTheVeryLimitAndRefuseOneByteMore(int towns) throws IOException {
    var customer = customer(towns);
    int size = written(customer);
    assertThatCode(() -> new ContractSize(MAPPING, size).require(customer))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> new ContractSize(MAPPING, size - 1).require(customer))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("at most " + (size - 1) + " bytes")
        .hasMessageContaining("found " + size);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 5000})
  void shouldNeverPassByItsEstimateWhatIsTooLarge(int towns) throws IOException {
    var customer = customer(towns);
    for (int limit = 1; limit < written(customer); limit += 1 + limit / 4) {
      int largest = limit;
      assertThatThrownBy(() -> new ContractSize(MAPPING, largest).require(customer))
          .as("limit %d", limit)
          .isInstanceOf(MappingException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {ContractSize.LARGEST})
  void shouldLeaveRoomForWhatStandsAroundARecord(int largest) {
    assertThat(largest).isLessThan(ContractSize.LARGEST_BATCH - 512);
  }
}

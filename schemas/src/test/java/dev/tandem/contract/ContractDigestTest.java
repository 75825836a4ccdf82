package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.SchemaParser;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;

class ContractDigestTest {
  private static final String SCHEMA =
      """
      {"type": "record", "name": "Thing", "fields": [
        {"name": "name", "type": ["null", "string"]},
        {"name": "price",
         "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "labels", "type": {"type": "map", "values": "int"}}]}
      """;

  @Test
  void shouldStayTheSameInEveryRun() {
    assertThat(ContractDigest.of(thing("a", "1.50", Map.of("x", 1))))
        .hasToString("9327a58217393dbd7a8f344b1bccb6ec");
  }

  @Test
  void shouldNotDependOnTheOrderOfMaps() {
    var forth = new LinkedHashMap<String, Integer>();
    var back = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < 20; i++) {
      forth.put("k" + i, i);
      back.put("k" + (19 - i), 19 - i);
    }
    assertThat(ContractDigest.of(thing("a", "1.50", forth)))
        .isEqualTo(ContractDigest.of(thing("a", "1.50", back)));
  }

  @Test
  void shouldTellContentsApart() {
    var one = ContractDigest.of(thing("a", "1.50", Map.of()));
    assertThat(one).isNotEqualTo(ContractDigest.of(thing("b", "1.50", Map.of())));
    assertThat(one).isNotEqualTo(ContractDigest.of(thing("a", "1.51", Map.of())));
    assertThat(one).isNotEqualTo(ContractDigest.of(thing("a", "1.50", Map.of("x", 0))));
  }

  @Test
  void shouldReadWhatItWrote() {
    var digest = ContractDigest.of(thing("a", "1.50", Map.of()));
    assertThat(digest.bytes()).hasSize(ContractDigest.BYTES);
    assertThat(ContractDigest.of(ByteBuffer.wrap(digest.bytes()))).isEqualTo(digest);
  }

  private static GenericData.Record thing(String name, String price, Map<String, Integer> labels) {
    var record = new GenericData.Record(new SchemaParser().parse(SCHEMA).mainSchema());
    record.put("name", name);
    record.put("price", new BigDecimal(price));
    record.put("labels", labels);
    return record;
  }
}

package dev.tandem.micro;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What Connect's JSON costs the peer of `tandem bench` for each record of its table: as it is set
/// up there, and with the schema in every record, which is the default.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseParallelGC", "--sun-misc-unsafe-memory-access=allow"})
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets it up before it runs.
public class ConnectJsonBenchmark {
  private static final String TOPIC = "topic";

  /// Where the schema is.
  public enum SchemaIn {
    CONFIGURATION,
    RECORD
  }

  @Param public SchemaIn schemaIn;

  private JsonConverter source;
  private JsonConverter sink;
  private Schema schema;
  private Struct value;
  private byte[] encoded;

  @Setup
  public void prepare() {
    schema =
        SchemaBuilder.struct()
            .name("bench.public.item.Value")
            .optional()
            .field("id", Schema.INT32_SCHEMA)
            .field("grp", Schema.INT32_SCHEMA)
            .field("name", Schema.STRING_SCHEMA)
            .field("amt_cents", Schema.INT64_SCHEMA)
            .field("stat_cd", Schema.STRING_SCHEMA)
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .field("changed", SchemaBuilder.int64().name("io.debezium.time.MicroTimestamp").build())
            .build();
    value =
        new Struct(schema)
            .put("id", 123_456)
            .put("grp", 56)
            .put("name", "Item number 123456")
            .put("amt_cents", 864_192L)
            .put("stat_cd", "A")
            .put("note", "a note of some length, as notes are")
            .put("changed", 1_780_000_000_000_000L);
    source = new JsonConverter();
    sink = new JsonConverter();
    switch (schemaIn) {
      case RECORD -> {
        source.configure(Map.of("schemas.enable", "true"), false);
        sink.configure(Map.of("schemas.enable", "true"), false);
      }
      case CONFIGURATION -> {
        source.configure(Map.of("schemas.enable", "false"), false);
        String known =
            new String(source(true).fromConnectData(TOPIC, schema, value), StandardCharsets.UTF_8);
        String content = known.substring("{\"schema\":".length(), known.indexOf(",\"payload\""));
        sink.configure(Map.of("schemas.enable", "true", "schema.content", content), false);
      }
    }
    encoded = source.fromConnectData(TOPIC, schema, value);
    if (!value.equals(sink.toConnectData(TOPIC, encoded).value())) {
      throw new IllegalStateException("expected the same value back, found another");
    }
  }

  private static JsonConverter source(boolean withSchemas) {
    var converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", String.valueOf(withSchemas)), false);
    return converter;
  }

  @Benchmark
  public byte[] encode() {
    return source.fromConnectData(TOPIC, schema, value);
  }

  @Benchmark
  public SchemaAndValue decode() {
    return sink.toConnectData(TOPIC, encoded);
  }
}

package dev.tandem.translate;

import dev.tandem.contract.ContractDigest;
import dev.tandem.micro.WideEntity;
import dev.tandem.plan.ContractData;
import dev.tandem.plan.EntityPlan;
import dev.tandem.wire.Framing;
import dev.tandem.wire.MemoryRegistry;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A contract record of 25 fields to Avro and back, and its digest, by which translation knows that
/// nothing changed.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseParallelGC", "--sun-misc-unsafe-memory-access=allow"})
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets it up before it runs.
public class ContractBenchmark {
  private EntityPlan entity;
  private ContractCodec codec;
  private GenericDatumReader<GenericRecord> reader;
  private GenericRecord[] contracts;
  private byte[][] encoded;
  private @Nullable BinaryDecoder decoder;
  private int at;

  @Setup
  public void prepare() {
    var wide = WideEntity.compile();
    entity = wide.entity();
    codec =
        new ContractCodec(
            wide.domain(), ContractSchemas.register(wide.domain(), new MemoryRegistry()));
    reader =
        new GenericDatumReader<>(
            entity.mapping().contract(), entity.mapping().contract(), ContractData.MODEL);
    contracts = wide.contracts();
    encoded =
        Arrays.stream(contracts)
            .map(contract -> codec.value(entity, contract))
            .toArray(byte[][]::new);
  }

  private int next() {
    at = (at + 1) % WideEntity.ROWS;
    return at;
  }

  @Benchmark
  public byte[] encode() {
    return codec.value(entity, contracts[next()]);
  }

  @Benchmark
  public GenericRecord decode() throws IOException {
    byte[] bytes = encoded[next()];
    decoder =
        DecoderFactory.get()
            .binaryDecoder(bytes, Framing.SIZE, bytes.length - Framing.SIZE, decoder);
    return reader.read(null, decoder);
  }

  @Benchmark
  public ContractDigest digest() {
    return ContractDigest.of(contracts[next()]);
  }
}

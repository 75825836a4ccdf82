package dev.tandem.bench;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Processor time used by this process, and by the stack: its process and all below it. A process
/// of the stack that ends keeps its last reading.
final class ProcessorTime {
  private final ConcurrentHashMap<Long, Duration> readings = new ConcurrentHashMap<>();
  private final long stack;

  ProcessorTime(long stack) {
    this.stack = stack;
  }

  record Reading(Duration program, Duration stack) {
    Reading since(Reading before) {
      return new Reading(program.minus(before.program), stack.minus(before.stack));
    }
  }

  Reading read() {
    ProcessHandle.of(stack).stream()
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .forEach(
            process ->
                process
                    .info()
                    .totalCpuDuration()
                    .ifPresent(time -> readings.put(process.pid(), time)));
    Duration program = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    return new Reading(program, readings.values().stream().reduce(Duration.ZERO, Duration::plus));
  }
}

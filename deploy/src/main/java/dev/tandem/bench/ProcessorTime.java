package dev.tandem.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Processor time used by this process, and by the stack: its own process, the PostgreSQL servers
/// whose `postmaster.pid` stands below its directory, and all processes below them. One that ends
/// keeps its last reading.
final class ProcessorTime {
  private final ConcurrentHashMap<Long, Duration> readings = new ConcurrentHashMap<>();
  private final List<Long> roots = new ArrayList<>();

  /// @param stack process of the stack
  /// @param directory of the stack
  /// @throws IOException if the directory cannot be read
  ProcessorTime(long stack, Path directory) throws IOException {
    roots.add(stack);
    try (Stream<Path> files =
        Files.find(directory, 4, (path, _) -> path.endsWith("postmaster.pid"))) {
      for (Path file : files.toList()) {
        roots.add(Long.parseLong(Files.readAllLines(file).getFirst().strip()));
      }
    }
  }

  record Reading(Duration program, Duration stack) {
    Reading since(Reading before) {
      return new Reading(program.minus(before.program), stack.minus(before.stack));
    }
  }

  Reading read() {
    roots.stream()
        .flatMap(root -> ProcessHandle.of(root).stream())
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

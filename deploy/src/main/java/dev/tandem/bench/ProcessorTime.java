package dev.tandem.bench;

import dev.tandem.bench.Measured.Used;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Processor time used by a program, and by the stack: its own process, the PostgreSQL servers
/// whose `postmaster.pid` stands below its directory, and all processes below them. One that ends
/// keeps its last reading.
final class ProcessorTime {
  private final ConcurrentHashMap<Long, Duration> readings = new ConcurrentHashMap<>();
  private final ProcessHandle program;
  private final List<Long> roots;

  private ProcessorTime(ProcessHandle program, List<Long> roots) {
    this.program = program;
    this.roots = List.copyOf(roots);
  }

  /// Of this process.
  ///
  /// @param stack process of the stack
  /// @param directory of the stack
  /// @throws IOException if the directory cannot be read
  static ProcessorTime of(long stack, Path directory) throws IOException {
    var roots = new ArrayList<Long>();
    roots.add(stack);
    try (Stream<Path> files =
        Files.find(directory, 4, (path, _) -> path.endsWith("postmaster.pid"))) {
      for (Path file : files.toList()) {
        roots.add(Long.parseLong(Files.readAllLines(file).getFirst().strip()));
      }
    }
    return new ProcessorTime(ProcessHandle.current(), roots);
  }

  /// Of another program than this one, beside the same stack.
  ProcessorTime of(ProcessHandle other) {
    return new ProcessorTime(other, roots);
  }

  Used read() {
    roots.stream()
        .flatMap(root -> ProcessHandle.of(root).stream())
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .forEach(
            process ->
                process
                    .info()
                    .totalCpuDuration()
                    .ifPresent(time -> readings.put(process.pid(), time)));
    Duration own = program.info().totalCpuDuration().orElse(Duration.ZERO);
    return new Used(own, readings.values().stream().reduce(Duration.ZERO, Duration::plus));
  }
}

package dev.tandem.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.tandem.stack.StoreAddress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;

/// Where and when it was measured.
///
/// @param processor its model, as far as the system says it
/// @param options of this program's Java
public record Machine(
    Instant at,
    String processor,
    int processors,
    long memory,
    String system,
    List<String> options,
    String versions) {
  private static final Path MODELS = Path.of("/proc/cpuinfo");

  public Machine {
    options = List.copyOf(options);
  }

  static Machine read(StoreAddress store, Instant at) throws SQLException, IOException {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        at.truncatedTo(ChronoUnit.MINUTES),
        model(),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        system.getName() + " " + system.getVersion() + " " + system.getArch(),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-X"))
            .toList(),
        "Java "
            + Runtime.version()
            + ", PostgreSQL "
            + postgres(store)
            + ", Kafka "
            + AppInfoParser.getVersion());
  }

  private static String model() throws IOException {
    if (!Files.isReadable(MODELS)) {
      return System.getProperty("os.arch", "");
    }
    try (Stream<String> lines = Files.lines(MODELS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch", ""));
    }
  }

  private static String postgres(StoreAddress store) throws SQLException {
    try (var connection = store.connect();
        var statement = connection.createStatement();
        var found = statement.executeQuery("SHOW server_version")) {
      found.next();
      return found.getString(1);
    }
  }

  /// One line: `2026-11-26T20:00:00Z, 2 × …, 24 GiB, Linux …`.
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %d × %s, %.0f GiB, %s; %s; %s",
        at,
        processors,
        processor,
        memory / (double) (1 << 30),
        system,
        versions,
        String.join(" ", options));
  }
}

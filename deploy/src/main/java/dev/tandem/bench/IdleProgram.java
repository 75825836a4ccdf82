package dev.tandem.bench;

import dev.tandem.bench.Measured.Used;
import dev.tandem.demo.ExampleShop;
import dev.tandem.demo.Examples;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.setup.Setup;
import dev.tandem.status.StatusReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The program on the example shop, in a process of its own beside the stack's, with the options of
/// this one's Java: loaded, compared once, and then left alone.
final class IdleProgram {
  /// So long after the last work it may still compile and tidy up.
  private static final Duration SETTLING = Duration.ofSeconds(15);

  private static final Duration ENDING = Duration.ofSeconds(60);

  private final Trial.Ground ground;
  private final String program;

  /// @param program its main class
  IdleProgram(Trial.Ground ground, String program) {
    this.ground = ground;
    this.program = program;
  }

  Idle measure(Duration time) throws Exception {
    ground.progress().accept("the program idle for " + time.toSeconds() + " s");
    var shop = ExampleShop.open(ground.stack().address(), ground.directory());
    var environment = Examples.environment(ground.stack().address());
    var migration = MigrationReader.read(shop.spec(), environment);
    Setup.ensureFirst(migration.site());
    Process process = start(shop.spec(), environment);
    var atExit = new Thread(process::destroyForcibly, "stop the idle program");
    Runtime.getRuntime().addShutdownHook(atExit);
    try {
      await(migration, process);
      Thread.sleep(SETTLING);
      ProcessorTime processor = ground.processor().of(process.toHandle());
      Used before = processor.read();
      long begun = System.nanoTime();
      Thread.sleep(time);
      Used used = processor.read().since(before);
      return new Idle(
          Duration.ofNanos(System.nanoTime() - begun),
          used.program(),
          used.stack(),
          resident(process.pid()));
    } finally {
      Runtime.getRuntime().removeShutdownHook(atExit);
      process.destroy();
      if (!process.waitFor(ENDING.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private Process start(Path spec, Map<String, String> environment) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(options());
    command.add("--enable-native-access=ALL-UNNAMED"); // else its manifest alone says it
    command.addAll(List.of("-cp", System.getProperty("java.class.path", ""), program));
    command.addAll(List.of("run", spec.toString(), "--listen", "127.0.0.1:0"));
    command.addAll(
        List.of("--state", ground.directory().resolve("state").resolve("idle").toString()));
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ground.directory().resolve("idle.log").toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /// Those that this program was started with, but what only it can use.
  private static List<String> options() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-X") || option.startsWith("--"))
        .filter(option -> !option.startsWith("-XX:AOTCacheOutput"))
        .toList();
  }

  /// The program finds everything set up, so that its topics can be asked at once.
  private static void await(Migration migration, Process process) throws Exception {
    try (var reader =
            new StatusReader(
                migration.plan(),
                migration.stores().target(),
                migration.kafka().objects(),
                Clock.systemUTC());
        var compared = new Compared(migration, reader)) {
      Waiting.until(
          "the example's load",
          Duration.ofMillis(500),
          () -> {
            if (!process.isAlive()) {
              throw new IllegalStateException("the program ended early; idle.log says why");
            }
            return reader.capture().isLoaded()
                && reader.read().stream().allMatch(domain -> domain.pending() == 0)
                && compared.isAtEnd();
          });
    }
  }

  /// Bytes, as Linux says it, elsewhere `ps`.
  private static long resident(long pid) throws IOException {
    Path status = Path.of("/proc", String.valueOf(pid), "status");
    String kilobytes =
        Files.isReadable(status)
            ? Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElseThrow()
            : asked(pid);
    return Long.parseLong(kilobytes.strip()) * 1024;
  }

  private static String asked(long pid) throws IOException {
    Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", String.valueOf(pid)).start();
    return new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}

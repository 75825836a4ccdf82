package dev.tandem.running;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A Java program of this class path in a process of its own, which can be killed, held, let go and
/// started again. Not thread-safe.
public final class ChildJvm implements AutoCloseable {
  private final Program program;
  private Process process;

  /// @param home where its log is kept
  /// @param options of its Java machine
  /// @param words its main class and its arguments
  /// @param environment beside this process's own
  public record Program(
      Path home, List<String> options, List<String> words, Map<String, String> environment) {
    public Program {
      options = List.copyOf(options);
      words = List.copyOf(words);
      environment = Map.copyOf(environment);
    }
  }

  /// Starts it.
  public ChildJvm(Program program) throws IOException {
    this.program = program;
    this.process = launch();
  }

  private Process launch() throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(program.options);
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Dlogback.configurationFile=logback.xml",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(program.words);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(program.environment);
    Files.createDirectories(program.home);
    return builder
        .redirectOutput(ProcessBuilder.Redirect.appendTo(program.home.resolve("log").toFile()))
        .start();
  }

  /// Kills it without warning; it is gone when this returns.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Starts it again, where it is gone.
  public void again() throws IOException {
    if (!process.isAlive()) {
      process = launch();
    }
  }

  /// Holds it, so that it does nothing and answers nothing.
  public void hold() throws IOException, InterruptedException {
    signal("STOP");
  }

  public void letGo() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    if (status != 0) {
      throw new IllegalStateException(program.words + " is gone:\n" + log());
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// The exit status of a program that ends by itself.
  ///
  /// @throws IllegalStateException if it does not end in time
  public int ended(Duration within) throws IOException, InterruptedException {
    if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(program.words + " does not end:\n" + log());
    }
    return process.exitValue();
  }

  /// The end of what it said.
  public String log() throws IOException {
    var lines = lines();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /// The last failure of a part that it noted, with its stack; else the end of what it said.
  public String failure() throws IOException {
    var lines = lines();
    for (int i = lines.size() - 1; i >= 0; i--) {
      if (lines.get(i).contains(" ERROR ") && lines.get(i).endsWith(" failed")) {
        return String.join("\n", lines.subList(i, Math.min(lines.size(), i + 60)));
      }
    }
    return log();
  }

  /// Whether it said something, in one of its lives.
  public boolean hasSaid(String words) throws IOException {
    return lines().stream().anyMatch(line -> line.contains(words));
  }

  /// All that it said, in each of its lives.
  List<String> lines() throws IOException {
    return Files.readAllLines(program.home.resolve("log"));
  }

  /// Stops it as an operator does.
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}

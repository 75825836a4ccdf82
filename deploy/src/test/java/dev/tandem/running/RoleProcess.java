package dev.tandem.running;

import dev.tandem.demo.Examples;
import dev.tandem.run.Role;
import dev.tandem.stack.StackAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The program in a process of its own, with one role or all, which can be killed, held and let go.
/// Its state stays where it was.
public final class RoleProcess implements AutoCloseable {
  private final StackAddress address;
  private final Path spec;
  private final Path home;
  private final Set<Role> roles;
  private Process process;

  /// @param name of the process among those of the test
  RoleProcess(StackAddress address, Path spec, Role role, String name) throws IOException {
    this(address, spec, Set.of(role), name);
  }

  /// The same with several roles.
  public RoleProcess(StackAddress address, Path spec, Set<Role> roles, String name)
      throws IOException {
    this.address = address;
    this.spec = spec;
    this.roles = Set.copyOf(roles);
    this.home = Files.createDirectories(spec.resolveSibling(name));
    this.process = start();
  }

  private Process start() throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx768m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=" + Integer.getInteger("tandem.tiers", 4),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.tandem.program.Tandem",
            "run",
            spec.toString(),
            "--roles",
            roles.stream().map(Role::name).collect(Collectors.joining(",")),
            "--state",
            home.toString(),
            "--listen",
            "127.0.0.1:0"));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Examples.environment(address));
    return builder
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
        .start();
  }

  /// Kills it without warning, and starts it again.
  public void kill() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    process = start();
  }

  /// Kills it without warning, for good.
  void end() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Holds it, so that it does nothing and answers nothing.
  void hold() throws IOException, InterruptedException {
    signal("STOP");
  }

  void letGo() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    if (status != 0) {
      throw new IllegalStateException(roles + " is gone:\n" + log());
    }
  }

  /// The end of what it said.
  String log() throws IOException {
    var lines = Files.readAllLines(home.resolve("log"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  /// Stops it as an operator does.
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}

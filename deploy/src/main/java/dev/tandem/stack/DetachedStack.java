package dev.tandem.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Starts and stops the stack of a directory as a process that outlives this one.
public final class DetachedStack {
  private static final Duration TO_START = Duration.ofMinutes(2);
  private static final Duration TO_STOP = Duration.ofSeconds(90);

  private final StackDirectory directory;

  public DetachedStack(StackDirectory directory) {
    this.directory = directory;
  }

  /// The stack that runs in the directory, started where none does.
  public StackDirectory.Running up(StackPorts wanted) {
    var running = directory.running();
    if (running.isPresent()) {
      return running.get();
    }
    if (directory.isTaken()) {
      throw new StackException(
          "A stack is starting or stopping in " + directory.path() + "; ask again in a moment");
    }
    directory.notReady();
    return awaitReady(launch(wanted));
  }

  /// What was there to stop.
  public enum Stopped {
    RUNNING,
    LEFTOVERS
  }

  /// Stops the stack and whatever a killed one left behind; its data stay.
  public Stopped down() {
    var found = directory.isTaken() ? Stopped.RUNNING : Stopped.LEFTOVERS;
    await(TO_STOP, this::hasStopped, "The stack did not stop");
    if (directory.exists()) {
      Stack.stopLeftovers(directory.path());
    }
    return found;
  }

  /// Asks it to stop, also again: one that still starts hears it once it is ready.
  private boolean hasStopped() {
    directory
        .running()
        .flatMap(found -> ProcessHandle.of(found.pid()))
        .ifPresent(ProcessHandle::destroy);
    return !directory.isTaken();
  }

  /// Deletes the directory with all data; the stack must be down.
  public void wipe() {
    if (directory.isTaken()) {
      throw new StackException("A stack runs in " + directory.path() + "; stop it first");
    }
    directory.wipe();
  }

  private Process launch(StackPorts wanted) {
    var command = new ArrayList<String>();
    if (!Programs.output("sh", "-c", "command -v setsid").isEmpty()) {
      command.add("setsid");
    }
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseParallelGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.add(StackProcess.class.getName());
    command.add(directory.path().toString());
    Stream.of(
            wanted.kafka(),
            wanted.controller(),
            wanted.legacy(),
            wanted.target(),
            wanted.registry())
        .map(String::valueOf)
        .forEach(command::add);
    try {
      directory.create();
      return new ProcessBuilder(command)
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectErrorStream(true)
          .redirectOutput(directory.log().toFile())
          .start();
    } catch (IOException e) {
      throw new StackException("The stack's process could not be started", e);
    }
  }

  private StackDirectory.Running awaitReady(Process process) {
    await(
        TO_START,
        () -> !process.isAlive() || directory.running().isPresent(),
        "The stack was not ready");
    return directory
        .running()
        .orElseThrow(
            () ->
                new StackException(
                    "The stack did not start. Its log "
                        + directory.log()
                        + " ends with:\n"
                        + Logs.tail(directory.log(), 15)));
  }

  private static void await(Duration limit, BooleanSupplier condition, String otherwise) {
    var end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new StackException(otherwise + " within " + limit.toSeconds() + " s");
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StackException(otherwise + ": interrupted", e);
      }
    }
  }
}

package dev.tandem.stack;

import dev.tandem.stack.PostgresSettings.Durability;
import dev.tandem.stack.registry.SchemaRegistryServer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// The whole embedded stack in this process: Kafka, two Postgres servers (databases `legacy` and
/// `target`) and a schema registry, each with a folder of its own in one directory.
///
/// `close` stops them in the reverse order and keeps their data. It is thread-safe and may be
/// called twice.
public final class Stack implements AutoCloseable {
  private final EmbeddedKafka kafka;
  private final PostgresServer legacy;
  private final PostgresServer target;
  private final SchemaRegistryServer registry;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Stack(
      EmbeddedKafka kafka,
      PostgresServer legacy,
      PostgresServer target,
      SchemaRegistryServer registry) {
    this.kafka = kafka;
    this.legacy = legacy;
    this.target = target;
    this.registry = registry;
  }

  /// Where a stack lives and how safely.
  public record Settings(Path directory, StackPorts ports, Durability durability) {
    public Settings {
      directory = directory.toAbsolutePath().normalize();
    }

    /// Free ports, and commits that a loss of power may lose.
    public static Settings in(Path directory) {
      return new Settings(directory, StackPorts.any(), Durability.MEMORY);
    }
  }

  /// Starts all parts, side by side, and returns when all are ready. Where one does not start, the
  /// others are stopped.
  public static Stack start(Settings settings) {
    stopLeftovers(settings.directory());
    var ports = settings.ports().fixed();
    ports.requireFree();
    var started = new Started();
    try {
      var legacy = started.later(() -> postgres(settings, "legacy", ports.legacy()));
      var target = started.later(() -> postgres(settings, "target", ports.target()));
      var kafka =
          started.now(
              EmbeddedKafka.start(
                  settings.directory().resolve("kafka"),
                  new EmbeddedKafka.Ports(ports.kafka(), ports.controller())));
      var registry =
          started.now(SchemaRegistryServer.start(kafka.bootstrapServers(), ports.registry()));
      return new Stack(kafka, legacy.join(), target.join(), registry);
    } catch (RuntimeException e) {
      started.closeAll();
      throw e instanceof CompletionException wrapped
              && wrapped.getCause() instanceof StackException cause
          ? cause
          : e;
    }
  }

  private static PostgresServer postgres(Settings settings, String name, int port) {
    return PostgresServer.start(
        PostgresSettings.in(settings.directory().resolve(name))
            .withDatabase(name)
            .withDurability(settings.durability())
            .withPort(port));
  }

  /// Stops the servers that a killed stack left running in its directory.
  public static void stopLeftovers(Path directory) {
    PostgresServer.stopAt(directory.resolve("legacy").toAbsolutePath().normalize());
    PostgresServer.stopAt(directory.resolve("target").toAbsolutePath().normalize());
  }

  public StackAddress address() {
    return new StackAddress(
        kafka.bootstrapServers(), legacy.address(), target.address(), registry.url());
  }

  public EmbeddedKafka kafka() {
    return kafka;
  }

  public PostgresServer legacy() {
    return legacy;
  }

  public PostgresServer target() {
    return target;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      registry.close();
      target.close();
      legacy.close();
      kafka.close();
    }
  }

  /// The parts that are up, or coming up, while the rest still starts.
  private static final class Started {
    private final Deque<CompletableFuture<? extends AutoCloseable>> parts = new ArrayDeque<>();

    <T extends AutoCloseable> T now(T part) {
      parts.push(CompletableFuture.completedFuture(part));
      return part;
    }

    <T extends AutoCloseable> CompletableFuture<T> later(Supplier<T> start) {
      var part = CompletableFuture.supplyAsync(start, task -> Thread.ofVirtual().start(task));
      parts.push(part);
      return part;
    }

    /// A part that failed to start needs no closing, and what fails to close must not keep the
    /// others from it.
    void closeAll() {
      for (var part : parts) {
        part.handle((up, failure) -> up == null ? "" : closed(up)).join();
      }
    }

    private static String closed(AutoCloseable part) {
      try {
        part.close();
        return "";
      } catch (Exception e) {
        return String.valueOf(e.getMessage());
      }
    }
  }
}

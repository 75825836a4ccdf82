package dev.tandem.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// A Kafka broker and its KRaft controller in this process, with one log directory, which it
/// formats when it is empty.
///
/// Topics are never created by being named. Every feature stands at its newest level,
/// `transaction.version` 2 among them. Thread-safe; `close` may be called twice.
public final class EmbeddedKafka implements AutoCloseable {
  private static final int NODE = 1;

  private final int port;
  private final KafkaRaftServer server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedKafka(int port, KafkaRaftServer server) {
    this.port = port;
    this.server = server;
  }

  /// Where the broker listens for clients, and the controller for the broker; 0 means any free
  /// port.
  public record Ports(int clients, int controller) {
    public static Ports any() {
      return new Ports(0, 0);
    }
  }

  /// A further listener, for clients that come to the broker through a proxy.
  ///
  /// @param port where the broker listens
  /// @param advertised where it tells these clients to come: the port of the proxy
  public record Detour(int port, int advertised) {}

  /// Starts on the given directory at free ports and returns when the broker accepts clients.
  public static EmbeddedKafka start(Path directory) {
    return start(directory, Ports.any());
  }

  public static EmbeddedKafka start(Path directory, Ports wanted) {
    return start(directory, wanted, List.of());
  }

  /// The same, with a listener for each detour.
  public static EmbeddedKafka start(Path directory, Ports wanted, List<Detour> detours) {
    return start(directory, wanted, detours, Map.of());
  }

  /// The same, with settings of the broker that count instead of ours, or beside them.
  public static EmbeddedKafka start(
      Path directory, Ports wanted, List<Detour> detours, Map<String, String> instead) {
    var free = FreePorts.find(2);
    var ports = new Ports(free.orNext(wanted.clients()), free.orNext(wanted.controller()));
    try {
      format(directory);
      var settings = settings(directory, ports, detours);
      settings.putAll(instead);
      return new EmbeddedKafka(ports.clients(), launch(settings));
    } catch (Exception e) {
      throw new StackException(
          "Kafka did not start in "
              + directory
              + " on 127.0.0.1:"
              + ports.clients()
              + ": "
              + cause(e)
              + ". Is the port taken, or the directory of another version?",
          e);
    }
  }

  private static KafkaRaftServer launch(Map<String, String> settings) {
    var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      server.shutdown();
      throw e;
    }
  }

  private static String cause(Throwable failure) {
    var cause = failure.getCause();
    return cause == null ? String.valueOf(failure.getMessage()) : cause(cause);
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      server.shutdown();
      server.awaitShutdown();
    }
  }

  private static void format(Path directory) throws Exception {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(directory);
    try (var silence = silence()) {
      new Formatter()
          .setPrintStream(silence)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(NODE)
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(directory.toString())
          .addDirectory(directory.toString())
          .run();
    } catch (IOException e) {
      throw new StackException("Kafka's directory " + directory + " cannot be written", e);
    }
  }

  private static PrintStream silence() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }

  /// One node that keeps all of it: no replicas, few internal partitions, no waiting for members
  /// that will not come.
  private static Map<String, String> settings(Path directory, Ports ports, List<Detour> detours) {
    var clients = "CLIENTS://127.0.0.1:" + ports.clients();
    var settings = new HashMap<String, String>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE));
    settings.put("controller.quorum.voters", NODE + "@127.0.0.1:" + ports.controller());
    var listeners = new ArrayList<>(List.of(clients));
    var advertised = new ArrayList<>(List.of(clients));
    var protocols = new ArrayList<>(List.of("CLIENTS:PLAINTEXT", "CONTROLLER:PLAINTEXT"));
    for (Detour detour : detours) {
      var name = "DETOUR" + advertised.size();
      listeners.add(name + "://127.0.0.1:" + detour.port());
      advertised.add(name + "://127.0.0.1:" + detour.advertised());
      protocols.add(name + ":PLAINTEXT");
    }
    listeners.add("CONTROLLER://127.0.0.1:" + ports.controller());
    settings.put("listeners", String.join(",", listeners));
    settings.put("advertised.listeners", String.join(",", advertised));
    settings.put("listener.security.protocol.map", String.join(",", protocols));
    settings.put("inter.broker.listener.name", "CLIENTS");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("log.dirs", directory.toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("min.insync.replicas", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("log.cleaner.enable", "true");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("num.recovery.threads.per.data.dir", "2");
    // A broker that was killed is let in again only when its former session has run out.
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("broker.session.timeout.ms", "5000");
    return settings;
  }
}

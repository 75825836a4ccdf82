package dev.tandem.chaos;

import dev.tandem.running.ChildJvm;
import dev.tandem.stack.EmbeddedKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;

/// The Kafka broker in a process of its own, with its controller: it can be killed and held, and
/// comes again at the same ports with what it had. A client that comes through a wire is told to
/// come through it always.
final class BrokerProcess implements AutoCloseable {
  private final EmbeddedKafka.Ports ports;
  private final ChildJvm jvm;

  private BrokerProcess(EmbeddedKafka.Ports ports, ChildJvm jvm) {
    this.ports = ports;
    this.jvm = jvm;
  }

  /// Returns when it takes clients.
  ///
  /// @param tiers of its compiler
  static BrokerProcess start(
      Path directory, EmbeddedKafka.Ports ports, List<EmbeddedKafka.Detour> detours, int tiers)
      throws IOException {
    var words =
        new ArrayList<>(
            List.of(
                BrokerProcess.class.getName(),
                directory.resolve("data").toString(),
                Integer.toString(ports.clients()),
                Integer.toString(ports.controller())));
    detours.forEach(detour -> words.add(detour.port() + ":" + detour.advertised()));
    var options = List.of("-Xmx1g", "-XX:TieredStopAtLevel=" + tiers);
    var program = new ChildJvm.Program(directory, options, words, Map.of());
    var broker = new BrokerProcess(ports, new ChildJvm(program));
    broker.awaitClients();
    return broker;
  }

  static void main(String[] words) throws InterruptedException {
    var ports = new EmbeddedKafka.Ports(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    var detours = new ArrayList<EmbeddedKafka.Detour>();
    for (String detour : List.of(words).subList(3, words.length)) {
      String[] parts = detour.split(":", 2);
      detours.add(new EmbeddedKafka.Detour(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
    }
    var kafka = EmbeddedKafka.start(Path.of(words[0]), ports, detours);
    Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "stop-kafka"));
    new CountDownLatch(1).await();
  }

  String bootstrapServers() {
    return "127.0.0.1:" + ports.clients();
  }

  /// Without warning.
  void kill() throws InterruptedException {
    jvm.kill();
  }

  /// Returns when it takes clients again.
  void again() throws IOException {
    jvm.again();
    awaitClients();
  }

  /// Deletes a topic by mistake.
  void delete(String topic) throws InterruptedException, ExecutionException {
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  void hold() throws IOException, InterruptedException {
    jvm.hold();
  }

  void letGo() throws IOException, InterruptedException {
    jvm.letGo();
  }

  private void awaitClients() throws IOException {
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .until(() -> !jvm.isAlive() || listens(ports.clients()));
    if (!jvm.isAlive()) {
      throw new IOException("the broker has ended:\n" + jvm.log());
    }
  }

  private static boolean listens(int port) {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /// Nobody needs what it has any more.
  @Override
  public void close() throws InterruptedException {
    jvm.kill();
  }
}

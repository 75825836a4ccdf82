package dev.tandem.chaos;

import dev.tandem.chaos.Fleet.Member;
import dev.tandem.chaos.Fleet.Name;
import dev.tandem.chaos.Fleet.Party;
import dev.tandem.demo.Examples;
import dev.tandem.run.Role;
import dev.tandem.running.QuietPorts;
import dev.tandem.running.RoleProcess;
import dev.tandem.running.Shop;
import dev.tandem.stack.EmbeddedKafka;
import dev.tandem.stack.StackAddress;
import dev.tandem.stack.registry.SchemaRegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The shop, its stores, a broker and a fleet, all in processes of their own, and wires between the
/// fleet and the rest. Only the test itself, and the registry, which is in its process, go by no
/// wire. What must not be told bears a [Mark].
final class ChaosStage implements AutoCloseable {
  private static final String CAPTURER =
      """
      SELECT r.client_port FROM pg_replication_slots s JOIN pg_stat_replication r ON r.pid = s.active_pid
       WHERE s.slot_name = 'tandem_shop'""";

  /// What the example's spec says, and what this one says in its place.
  private static final Map<String, String> SENSITIVE =
      Map.of(
          "        to: { table: crm.customer,",
          "        sensitive: [fullName, addresses]\n        to: { table: crm.customer,",
          "        to:\n          table: sales.sales_order",
          "        sensitive: note\n        to:\n          table: sales.sales_order");

  private final Path directory;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Map<Party, Store> stores = new EnumMap<>(Party.class);
  private final BrokerProcess broker;
  private final Fleet fleet = new Fleet(this::capturers);
  private final Path operatorsSpec;
  private final Shop shop;

  /// @param members how many of each role
  /// @param partitions of each domain, 0 for as many as the example has
  /// @param tiers of the compilers of the members and the broker
  /// @param volumes whether the last member of each role that keeps state has a volume of its own
  /// @param standbys copies of the state of each partition that other members keep
  record Shape(
      Map<Role, Integer> members,
      int partitions,
      Shop.Size size,
      int tiers,
      boolean volumes,
      int standbys) {
    Shape {
      members = Map.copyOf(members);
    }

    /// The same number of each role.
    static Map<Role, Integer> each(int members) {
      return Fleet.ALL.stream().collect(Collectors.toMap(role -> role, _ -> members));
    }

    private int of(Role role) {
      return members.getOrDefault(role, 1);
    }
  }

  /// Returns when the migration is loaded and both sides are compared.
  ChaosStage(Path directory, Shape shape) throws Exception {
    this.directory = directory;
    int count = Fleet.ALL.stream().mapToInt(shape::of).sum();
    Iterator<Integer> ports = QuietPorts.find(4 + 4 * count).iterator();
    try {
      stores.put(Party.LEGACY, opened(new Store(directory.resolve("l"), "legacy", ports.next())));
      stores.put(Party.TARGET, opened(new Store(directory.resolve("t"), "target", ports.next())));
      var clients = new EmbeddedKafka.Ports(ports.next(), ports.next());
      var detours = new ArrayList<EmbeddedKafka.Detour>();
      for (int i = 0; i < count; i++) {
        detours.add(new EmbeddedKafka.Detour(ports.next(), ports.next()));
      }
      broker =
          opened(BrokerProcess.start(directory.resolve("kafka"), clients, detours, shape.tiers));
      var registry = opened(SchemaRegistryServer.start(broker.bootstrapServers(), 0));
      var address =
          new StackAddress(
              broker.bootstrapServers(),
              store(Party.LEGACY).address(),
              store(Party.TARGET).address(),
              registry.url());
      Path spec = spec(directory, shape);
      operatorsSpec = filled(spec, address);
      Shop.build(address, spec, shape.size);
      try (var legacy = store(Party.LEGACY).connect()) {
        Mark.install(legacy);
      }
      shop = opened(new Shop(address, spec));
      opened(fleet);
      var start = new Start(spec, callers(directory), registry.url(), shape, ports);
      for (Role role : Fleet.ALL) {
        for (int number = 0; number < shape.of(role); number++) {
          fleet.add(member(new Name(role, number), detours.removeFirst(), start));
        }
        if (role == Role.CAPTURE) {
          shop.awaitBegun();
        }
      }
      shop.awaitCompared();
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  private static Path spec(Path directory, Shape shape) throws IOException {
    Path spec = Examples.unpackShop(directory);
    String text = Files.readString(spec);
    if (shape.partitions > 0) {
      text = text.replaceAll("partitions: [0-9]+", "partitions: " + shape.partitions);
    }
    for (var change : SENSITIVE.entrySet()) {
      if (!text.contains(change.getKey())) {
        throw new IllegalStateException("the example's spec says no more: " + change.getKey());
      }
      text = text.replace(change.getKey(), change.getValue());
    }
    return Files.writeString(spec, text);
  }

  /// The same with the members' account in place of what comes from the environment.
  private Path filled(Path spec, StackAddress address) throws IOException {
    var ofMembers =
        new StackAddress(
            address.kafka(),
            store(Party.LEGACY).ofMembers(),
            store(Party.TARGET).ofMembers(),
            address.registry());
    String text = Files.readString(spec);
    for (var value : Examples.environment(ofMembers).entrySet()) {
      text = text.replace("${" + value.getKey() + "}", value.getValue());
    }
    return Files.writeString(spec.resolveSibling("operators.yaml"), text);
  }

  /// Who may call those that serve.
  private static Path callers(Path directory) throws IOException {
    Path token = Files.writeString(directory.resolve("token"), Mark.TOKEN.word());
    return Files.writeString(
        directory.resolve("callers.yaml"),
        "tokens: [{ name: anna, role: viewer, token: \"${file:" + token + "}\" }]\n");
  }

  private record Start(
      Path spec, Path callers, String registry, Shape shape, Iterator<Integer> ports) {
    List<String> options(Role role) {
      return switch (role) {
        case TRANSLATE, RECONCILE -> List.of("--standbys", String.valueOf(shape.standbys));
        case SERVE -> List.of("--http", callers.toString(), "--api", "127.0.0.1:0");
        case CAPTURE, APPLY -> List.of();
      };
    }
  }

  private Member member(Name name, EmbeddedKafka.Detour detour, Start start) throws Exception {
    var kafka = new Wire(detour.advertised(), detour.port());
    var legacy = new Wire(start.ports.next(), store(Party.LEGACY).port());
    var target = new Wire(start.ports.next(), store(Party.TARGET).port());
    var address =
        new StackAddress(
            "127.0.0.1:" + kafka.port(),
            store(Party.LEGACY).through(legacy),
            store(Party.TARGET).through(target),
            start.registry);
    var place =
        new RoleProcess.Place(
            address,
            start.spec,
            Set.of(name.role()),
            name.toString(),
            start.shape.tiers,
            start.options(name.role()));
    boolean keeps = name.role() == Role.TRANSLATE || name.role() == Role.RECONCILE;
    boolean isLast = name.number() == start.shape.of(name.role()) - 1;
    Optional<Volume> volume =
        start.shape.volumes && keeps && isLast ? Volume.mount(place.state()) : Optional.empty();
    return new Member(
        name,
        Map.of(Party.KAFKA, kafka, Party.LEGACY, legacy, Party.TARGET, target),
        volume,
        new RoleProcess(place));
  }

  private Set<Integer> capturers() throws SQLException {
    var ports = new HashSet<Integer>();
    try (var legacy = shop.legacy();
        var statement = legacy.createStatement();
        var rows = statement.executeQuery(CAPTURER)) {
      while (rows.next()) {
        ports.add(rows.getInt(1));
      }
    }
    return ports;
  }

  /// Where everything of it is.
  Path directory() {
    return directory;
  }

  /// A spec that needs nothing of the environment, for the command line.
  Path operatorsSpec() {
    return operatorsSpec;
  }

  Shop shop() {
    return shop;
  }

  Fleet fleet() {
    return fleet;
  }

  BrokerProcess broker() {
    return broker;
  }

  /// @param party LEGACY or TARGET
  Store store(Party party) {
    return Objects.requireNonNull(stores.get(party), party + " is no store");
  }

  @Override
  public void close() throws Exception {
    @Nullable Exception first = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}

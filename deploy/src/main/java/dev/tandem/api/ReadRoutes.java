package dev.tandem.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.answer.ActionJson;
import dev.tandem.answer.ContractJson;
import dev.tandem.answer.ContractUseJson;
import dev.tandem.answer.DeadLetterJson;
import dev.tandem.answer.DivergenceJson;
import dev.tandem.answer.LagJson;
import dev.tandem.answer.StatusJson;
import dev.tandem.api.Route.Inputs;
import dev.tandem.api.Route.Method;
import dev.tandem.contracts.ContractUseReader;
import dev.tandem.contracts.OffVersions;
import dev.tandem.ledger.DivergenceReport;
import dev.tandem.ledger.LagBook;
import dev.tandem.ledger.LagReader;
import dev.tandem.ledger.LetterReport;
import dev.tandem.ledger.Selection;
import dev.tandem.ledger.TargetQuery;
import dev.tandem.operate.ActionBook;
import dev.tandem.operate.Domains;
import dev.tandem.run.Migration;
import dev.tandem.spec.HttpSpec.Access;
import dev.tandem.status.MigrationStatus;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What viewers may read.
final class ReadRoutes {
  private static final int MOST_ENTRIES = 1000;
  private static final int MOST_SAMPLES = 100;

  private final Migration migration;
  private final ActionBook actions;
  private final Clock clock;

  ReadRoutes(Migration migration, ActionBook actions, Clock clock) {
    this.migration = migration;
    this.actions = actions;
    this.clock = clock;
  }

  List<Route> all() {
    return List.of(
        read("status", "/v1/status", Inputs.NONE, this::status),
        read("lag", "/v1/lag", Inputs.NONE, this::lag),
        read(
            "divergences",
            "/v1/divergences",
            Inputs.query("open", "domain", "entity", "kind", "limit"),
            this::divergences),
        read(
            "deadLetters",
            "/v1/dead-letters",
            Inputs.query("domain", "entity", "limit"),
            this::deadLetters),
        read("contracts", "/v1/contracts", Inputs.NONE, this::contracts),
        read("contractConsumers", "/v1/contracts/consumers", Inputs.NONE, this::contractConsumers),
        read("actions", "/v1/actions", Inputs.query("limit"), this::actions),
        read("openapi", "/v1/openapi.yaml", Inputs.NONE, _ -> openApi()));
  }

  static Route read(String name, String path, Inputs inputs, Route.Handler handler) {
    return new Route(name, Method.GET, path, Access.VIEWER, inputs, handler);
  }

  private Answer status(Call call) throws Exception {
    return Answer.ok(StatusJson.of(MigrationStatus.read(migration, clock)));
  }

  private Answer lag(Call call) {
    var book = new LagBook();
    String topic = new Topics(migration.name(), "").reconciliationLag();
    try (var reader = new LagReader(migration.kafka().objects(), topic, clock, book)) {
      reader.toEnd();
    }
    return Answer.ok(
        LagJson.of(
            migration.name(),
            migration.compared().domains().stream()
                .map(domain -> book.domain(domain.name(), domain.partitions()))
                .toList()));
  }

  private Answer divergences(Call call) throws SQLException {
    boolean open =
        switch (call.parameter("open").orElse("false")) {
          case "true" -> true;
          case "false" -> false;
          default -> throw new ApiProblem(400, "open: expected true or false");
        };
    int limit = call.count("limit", open ? MOST_ENTRIES : MOST_SAMPLES);
    Selection selection =
        Domains.known(
            migration.plan(),
            new Selection(
                call.parameter("domain"),
                call.parameter("entity"),
                call.parameter("kind").map(kind -> Call.choice(Kind.class, "kind", kind)),
                List.of()));
    var topics = new Topics(migration.name(), "");
    var source =
        new DivergenceReport.Source(
            migration.plan(),
            migration.kafka().objects(),
            topics.divergence(),
            topics.reconciliationLag(),
            migration.generations());
    var report = DivergenceReport.read(source, selection, open ? 0 : limit);
    var form = new DivergenceJson(new TargetQuery(migration.plan()));
    return Answer.ok(
        open ? form.open(migration.name(), report, limit) : form.events(migration.name(), report));
  }

  private Answer deadLetters(Call call) throws SQLException {
    Selection meant =
        Domains.known(
            migration.plan(),
            new Selection(
                call.parameter("domain"), call.parameter("entity"), Optional.empty(), List.of()));
    return Answer.ok(
        DeadLetterJson.of(
            LetterReport.read(
                new LetterReport.Source(
                    migration.plan(), migration.kafka().objects(), migration.generations()),
                stored ->
                    meant.domain().map(stored.letter().domain()::equals).orElse(true)
                        && meant.entity().map(stored.letter().entity()::equals).orElse(true),
                call.count("limit", MOST_ENTRIES))));
  }

  private Answer contracts(Call call) throws SQLException {
    var generations = migration.generations();
    return Answer.ok(
        ContractJson.contracts(
            migration.contracts().stream().map(it -> it.live(generations)).toList(),
            OffVersions.of(actions.read())));
  }

  private Answer contractConsumers(Call call) {
    try (var reader =
        new ContractUseReader(
            migration.contracts(),
            migration.kafka().objects(),
            migration.kafka().registryClient(),
            migration.stores().target()::connect)) {
      return Answer.ok(ContractUseJson.of(reader.read()));
    }
  }

  private Answer actions(Call call) {
    ObjectNode list =
        ActionJson.list(actions.read().stream().limit(call.count("limit", MOST_ENTRIES)).toList());
    return Answer.ok(list);
  }

  static Answer openApi() throws IOException {
    try (InputStream file = ReadRoutes.class.getResourceAsStream("openapi.yaml")) {
      return Answer.file("application/yaml", Objects.requireNonNull(file).readAllBytes());
    }
  }
}

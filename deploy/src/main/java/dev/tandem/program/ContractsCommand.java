package dev.tandem.program;

import dev.tandem.answer.ContractJson;
import dev.tandem.answer.ContractUseJson;
import dev.tandem.contracts.ContractCatalog;
import dev.tandem.contracts.ContractTopic;
import dev.tandem.contracts.ContractUse;
import dev.tandem.contracts.ContractUseReader;
import dev.tandem.contracts.EntityContract;
import dev.tandem.contracts.GroupMove;
import dev.tandem.contracts.OffVersions;
import dev.tandem.contracts.VersionDiff;
import dev.tandem.generation.Generations;
import dev.tandem.job.OperatorAction.Outcome;
import dev.tandem.ledger.LedgerException;
import dev.tandem.operate.ActionBook;
import dev.tandem.operate.Recording.End;
import dev.tandem.operate.VersionSwitching;
import dev.tandem.operate.VersionSwitching.Readers;
import dev.tandem.run.KafkaAccess;
import dev.tandem.run.SpecException;
import dev.tandem.run.TargetGenerations;
import dev.tandem.spec.Problems;
import dev.tandem.spec.Spec;
import dev.tandem.spec.SpecReader;
import dev.tandem.wire.Topics;
import dev.tandem.wire.VersionSwitch;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/// `tandem contracts`: the versions of the contracts, what differs between them, and who reads
/// them.
@Command(
    name = "contracts",
    description = {
      "Shows the versions of a spec's contracts. 'show', 'diff' and 'check' open no connection;"
          + " 'list' and 'publish' ask the target which translation is live, and Kafka; 'move' asks"
          + " Kafka, 'consumers' both and the registry.",
      "  list                      every contract, its versions and their topics",
      "  show ENTITY [VERSION]     the fields of a version, and what its steps lose",
      "  diff ENTITY FROM TO       what differs between two versions",
      "  check                     compatibility and steps of every contract",
      "  consumers                 consumer groups of each version's topic, and the versions in use",
      "  publish ENTITY VERSION on|off",
      "                            switches a version that the spec publishes off, and on again",
      "  move GROUP FROM TO        lets a group without members go on in another topic of a domain,"
          + " behind the last change that it has read"
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class ContractsCommand implements Callable<Integer> {
  @picocli.CommandLine.Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Parameters(index = "1", paramLabel = "ACTION", description = "One of ${COMPLETION-CANDIDATES}.")
  private Action action;

  @Parameters(
      index = "2..*",
      paramLabel = "ARGUMENT",
      description =
          "An entity (or domain/entity), and versions: 2 or v2. Of move, a group and two topics.")
  private List<String> arguments = List.of();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--why",
      paramLabel = "TEXT",
      defaultValue = "",
      description =
          "Of publish and move: the reason; it is kept in the control topic, with who asked.")
  private String why;

  @Option(
      names = "--despite-readers",
      description = "Of publish: switch a version off though members of a group read it.")
  private boolean despiteReaders;

  /// What is asked for.
  enum Action {
    LIST(0, 0),
    SHOW(1, 2),
    DIFF(3, 3),
    CHECK(0, 0),
    CONSUMERS(0, 0),
    PUBLISH(3, 3),
    MOVE(3, 3);

    private final int least;
    private final int most;

    Action(int least, int most) {
      this.least = least;
      this.most = most;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() throws InterruptedException, SQLException {
    if (arguments.size() < action.least || arguments.size() > action.most) {
      throw wrong(
          action
              + ": expected "
              + (action.least == action.most ? action.least : action.least + " to " + action.most)
              + " arguments, found "
              + arguments.size());
    }
    var read = SpecReader.read(spec.file(), System.getenv());
    Spec draft = read.draft().orElseThrow(() -> new SpecException(read.problems().all()));
    var problems = new Problems();
    List<EntityContract> contracts = ContractCatalog.read(draft, problems);
    if (problems.hasErrors() && action != Action.CHECK) {
      throw new SpecException(problems.all());
    }
    return switch (action) {
      case LIST -> list(draft, contracts);
      case SHOW -> show(contracts);
      case DIFF -> diff(contracts);
      case CHECK -> check(contracts, problems);
      case CONSUMERS -> consumers(draft, contracts);
      case PUBLISH -> publish(draft, contracts);
      case MOVE -> move(draft, contracts);
    };
  }

  /// Where the target cannot be asked which translation is live, the topics are those of the first.
  private int list(Spec draft, List<EntityContract> contracts) {
    List<EntityContract> live = contracts;
    try {
      Generations generations = new TargetGenerations(draft).read();
      live = contracts.stream().map(it -> it.live(generations)).toList();
    } catch (SQLException e) {
      say(
          "the topics are those of each domain's first translation; which one is live cannot be"
              + " asked: "
              + e.getMessage());
    }
    boolean isAnyPublished = live.stream().anyMatch(it -> !it.published().isEmpty());
    OffVersions off = isAnyPublished ? off(draft) : OffVersions.NONE;
    return print(ContractForm.list(live, off), ContractJson.contracts(live, off).toString());
  }

  private OffVersions off(Spec draft) {
    var book = new ActionBook(KafkaAccess.of(draft), draft.migration().value(), Clock.systemUTC());
    try {
      return OffVersions.of(book.read());
    } catch (LedgerException | KafkaException e) {
      say("which versions are switched off cannot be asked: " + e.getMessage());
      return OffVersions.NONE;
    }
  }

  private int publish(Spec draft, List<EntityContract> contracts) throws SQLException {
    var said = entity(contracts);
    var order =
        new VersionSwitch(said.entity(), version(said, arguments.get(1)), isOn(arguments.get(2)));
    var live = said.live(new TargetGenerations(draft).read());
    var switching =
        new VersionSwitching(KafkaAccess.of(draft), draft.migration().value(), Clock.systemUTC());
    int partitions =
        switching.turn(
            live, order, Recorded.actor(why), despiteReaders ? Readers.OVERRIDDEN : Readers.HEEDED);
    String topic = live.topics().contract(order.version());
    return print(
        ContractForm.turned(order, topic, partitions),
        ContractForm.turnedJson(order, topic, partitions));
  }

  private boolean isOn(String word) {
    return switch (word) {
      case "on" -> true;
      case "off" -> false;
      default -> throw wrong("publish: expected on or off, found '" + word + "'");
    };
  }

  private int show(List<EntityContract> contracts) {
    var contract = entity(contracts);
    int version = arguments.size() > 1 ? version(contract, arguments.get(1)) : contract.primary();
    return print(ContractForm.show(contract, version), ContractForm.showJson(contract, version));
  }

  private int diff(List<EntityContract> contracts) {
    var contract = entity(contracts);
    var diff =
        VersionDiff.of(
            contract.contract(),
            version(contract, arguments.get(1)),
            version(contract, arguments.get(2)));
    return print(ContractForm.diff(contract, diff), ContractForm.diffJson(diff));
  }

  private int check(List<EntityContract> contracts, Problems problems) {
    var out = command.commandLine().getOut();
    if (json) {
      out.println(CheckCommand.json(problems.all()));
    } else {
      for (EntityContract contract : contracts) {
        out.println(
            contract.entity() + ": " + contract.contract().compatibility().word() + ", in order");
        indented(
            out,
            contract.steps().stream().flatMap(step -> ContractForm.step(step).stream()).toList());
      }
      problems.all().forEach(problem -> out.println(SpecFailures.line(problem)));
      out.println(SpecFailures.summary(problems.all()));
    }
    return problems.hasErrors() ? ExitCode.USAGE_OR_SPEC : ExitCode.OK;
  }

  private static void indented(PrintWriter out, List<String> lines) {
    lines.forEach(line -> out.println("  " + line));
  }

  private int consumers(Spec draft, List<EntityContract> contracts) {
    KafkaAccess kafka = KafkaAccess.of(draft);
    var target = new TargetGenerations(draft);
    try (var reader =
        new ContractUseReader(
            contracts, kafka.objects(), kafka.registryClient(), target::connect)) {
      ContractUse use = reader.read();
      if (use.skew().isEmpty()) {
        say("which versions are in use cannot be told: " + use.unknown());
      }
      return print(ContractForm.consumers(use), ContractUseJson.of(use).toString());
    }
  }

  private void say(String line) {
    command.commandLine().getErr().println("tandem: " + line);
  }

  private int move(Spec draft, List<EntityContract> contracts) throws InterruptedException {
    var kafka = KafkaAccess.of(draft);
    var domains = contracts.stream().map(EntityContract::topics).distinct().toList();
    var wish =
        new GroupMove.Wish(
            arguments.getFirst(),
            topic(domains, arguments.get(1)),
            topic(domains, arguments.getLast()));
    GroupMove.Outcome outcome;
    try (var moving = new GroupMove(kafka.objects())) {
      outcome =
          new Recorded(kafka, draft.migration().value(), why)
              .of(
                  "contracts.move",
                  wish.group() + ": " + wish.from().name() + " to " + wish.to().name(),
                  () -> moving.run(wish),
                  ContractsCommand::ended);
    }
    if (outcome.reasons().isEmpty()) {
      return print(ContractForm.moved(wish, outcome), ContractForm.movedJson(outcome));
    }
    if (json) {
      command.commandLine().getOut().println(ContractForm.movedJson(outcome));
    } else {
      var err = command.commandLine().getErr();
      err.println("tandem: " + wish.group() + " stays where it is:");
      outcome.reasons().forEach(reason -> err.println("  " + reason));
    }
    return ExitCode.CRITERIA_NOT_MET;
  }

  private static End ended(GroupMove.Outcome outcome) {
    return outcome.reasons().isEmpty()
        ? End.done(outcome.moved().size() + " partitions")
        : new End(Outcome.REFUSED, String.join("; ", outcome.reasons()));
  }

  private ContractTopic topic(List<Topics> domains, String name) {
    return ContractTopic.of(domains, name)
        .orElseThrow(
            () ->
                wrong(
                    "expected a contract topic of the spec ("
                        + domains.stream().map(Topics::contract).collect(Collectors.joining(", "))
                        + ", or of another version: .v1), found '"
                        + name
                        + "'"));
  }

  private int print(List<String> text, String object) {
    var out = command.commandLine().getOut();
    if (json) {
      out.println(object);
    } else {
      text.forEach(out::println);
    }
    return ExitCode.OK;
  }

  private EntityContract entity(List<EntityContract> contracts) {
    return contracts.stream()
        .filter(
            contract ->
                contract.entity().equals(arguments.getFirst())
                    || (contract.topics().domain() + "/" + contract.entity())
                        .equals(arguments.getFirst()))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    "expected an entity of the spec ("
                        + ContractForm.names(contracts)
                        + "), found '"
                        + arguments.getFirst()
                        + "'"));
  }

  private int version(EntityContract contract, String text) {
    var versions = contract.contract().folder().versions();
    String digits = text.startsWith("v") ? text.substring(1) : text;
    if (digits.matches("[0-9]{1,6}") && versions.containsKey(Integer.valueOf(digits))) {
      return Integer.parseInt(digits);
    }
    throw wrong(
        "expected a version of "
            + contract.entity()
            + " (1 to "
            + versions.lastKey()
            + "), found '"
            + text
            + "'");
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}

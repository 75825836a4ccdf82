package dev.tandem.program;

import dev.tandem.demo.ExampleShop;
import dev.tandem.demo.Examples;
import dev.tandem.stack.DetachedStack;
import dev.tandem.stack.StackAddress;
import dev.tandem.stack.StackDirectory;
import dev.tandem.stack.StackPorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tandem dev`: the embedded stack as a process of its own.
@Command(
    name = "dev",
    description =
        "Starts, stops and describes an embedded stack: Kafka, two Postgres servers and a schema"
            + " registry. It needs no installation and no container.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class DevCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "up, down or status?");
  }

  /// Which stack.
  static final class Where {
    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description = "Where the stack keeps its data and ports (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of(".tandem", "dev");

    StackDirectory directory() {
      return new StackDirectory(directory);
    }
  }

  /// How the stack is described.
  static final class As {
    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Option(
        names = "--env",
        description = "Print what the examples take from the environment, for a shell to evaluate.")
    private boolean env;

    void print(StackAddress address, PrintWriter out) {
      if (env) {
        new TreeMap<>(Examples.environment(address))
            .forEach((name, value) -> out.println("export " + name + "='" + value + "'"));
      } else {
        out.println(json ? address.json() : address.text());
      }
    }
  }

  @Command(
      name = "up",
      description = "Starts the stack where it is not running, and says how to reach it.",
      mixinStandardHelpOptions = true)
  int up(@Mixin Where where, @Mixin As as, @Mixin Ports ports, @Mixin Contents contents)
      throws IOException, SQLException {
    var running = new DetachedStack(where.directory()).up(ports.wanted());
    if (contents.shop != null) {
      var shop = ExampleShop.open(running.address(), contents.shop);
      err().println("The shop's spec is " + shop.spec() + ".");
    }
    as.print(running.address(), out());
    return ExitCode.OK;
  }

  @Command(
      name = "down",
      description = "Stops the stack and keeps its data.",
      mixinStandardHelpOptions = true)
  int down(@Mixin Where where, @Mixin Afterwards afterwards) {
    var directory = where.directory();
    var stack = new DetachedStack(directory);
    switch (stack.down()) {
      case RUNNING -> out().println("The stack in " + directory.path() + " has stopped.");
      case LEFTOVERS -> out().println("No stack runs in " + directory.path() + ".");
    }
    if (afterwards.wipe) {
      stack.wipe();
      out().println("Deleted " + directory.path() + ".");
    }
    return ExitCode.OK;
  }

  @Command(
      name = "status",
      description = "Says how to reach the stack; exit code 1 where none is running.",
      mixinStandardHelpOptions = true)
  int status(@Mixin Where where, @Mixin As as) {
    var running = where.directory().running();
    running.ifPresentOrElse(
        found -> as.print(found.address(), out()),
        () ->
            err()
                .println(
                    "No stack runs in "
                        + where.directory().path()
                        + ". `tandem dev up` starts it."));
    return running.isPresent() ? ExitCode.OK : ExitCode.FOUND_OR_FAILED;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /// What stands in the stores.
  static final class Contents {
    @Option(
        names = "--shop",
        paramLabel = "DIR",
        description =
            "Also open the example shop: 200,000 rows in the legacy store, empty tables in the"
                + " target, and its spec in DIR.")
    private @Nullable Path shop;
  }

  /// What becomes of the data of a stack that has stopped.
  static final class Afterwards {
    @Option(names = "--wipe", description = "Delete its directory with all data.")
    private boolean wipe;
  }

  /// Where the parts listen.
  static final class Ports {
    @Option(
        names = "--kafka-port",
        paramLabel = "PORT",
        description = "Ports on 127.0.0.1; by default those of the last time, at first free ones.")
    private int kafka;

    @Option(names = "--legacy-port", paramLabel = "PORT")
    private int legacy;

    @Option(names = "--target-port", paramLabel = "PORT")
    private int target;

    @Option(names = "--registry-port", paramLabel = "PORT")
    private int registry;

    StackPorts wanted() {
      return new StackPorts(kafka, 0, legacy, target, registry);
    }
  }
}

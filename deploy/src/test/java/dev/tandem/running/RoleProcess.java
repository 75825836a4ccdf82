package dev.tandem.running;

import dev.tandem.demo.Examples;
import dev.tandem.run.Role;
import dev.tandem.stack.Directories;
import dev.tandem.stack.StackAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The program in a process of its own, with one role or all, which can be killed, held and let go.
/// Its state stays where it was.
public final class RoleProcess implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("metrics on port ([0-9]+)");

  private final Place place;
  private final ChildJvm jvm;

  /// Who it is.
  ///
  /// @param name of its directory, beside the spec
  /// @param tiers of the compiler; with 1 it starts faster, with 4 it works faster
  /// @param options of `run`, beside those that every process has
  public record Place(
      StackAddress address,
      Path spec,
      Set<Role> roles,
      String name,
      int tiers,
      List<String> options) {
    public Place {
      roles = Set.copyOf(roles);
      options = List.copyOf(options);
    }

    /// Without further options.
    public Place(StackAddress address, Path spec, Set<Role> roles, String name, int tiers) {
      this(address, spec, roles, name, tiers, List.of());
    }

    /// Where its state is.
    public Path state() {
      return home().resolve("state");
    }

    private Path home() {
      return spec.resolveSibling(name);
    }

    /// The same state, and another log.
    private ChildJvm.Program program(Path log) {
      var words =
          Stream.concat(
              Stream.of(
                  "dev.tandem.program.Tandem",
                  "run",
                  spec.toString(),
                  "--roles",
                  roles.stream().map(Role::name).collect(Collectors.joining(",")),
                  "--state",
                  state().toString(),
                  "--listen",
                  "127.0.0.1:0"),
              options.stream());
      return new ChildJvm.Program(
          log,
          List.of("-Xmx768m", "-XX:TieredStopAtLevel=" + tiers),
          words.toList(),
          Examples.environment(address));
    }
  }

  public RoleProcess(Place place) throws IOException {
    this.place = place;
    Files.createDirectories(place.home());
    this.jvm = new ChildJvm(place.program(place.home()));
  }

  /// @param name of the process among those of the test
  RoleProcess(StackAddress address, Path spec, Role role, String name) throws IOException {
    this(address, spec, Set.of(role), name);
  }

  /// The same with several roles.
  public RoleProcess(StackAddress address, Path spec, Set<Role> roles, String name)
      throws IOException {
    this(new Place(address, spec, roles, name, Integer.getInteger("tandem.tiers", 4)));
  }

  /// Kills it without warning, and starts it again.
  public void kill() throws IOException, InterruptedException {
    end();
    again();
  }

  /// Kills it without warning, for good.
  public void end() throws InterruptedException {
    jvm.kill();
  }

  /// Starts it where it is gone.
  public void again() throws IOException {
    jvm.again();
  }

  /// Where its state is.
  public Path state() {
    return place.state();
  }

  /// Loses all its state; it must be gone.
  public void lose() throws IOException {
    try (var all = Files.list(place.state())) {
      for (Path each : all.toList()) {
        Directories.delete(each);
      }
    }
  }

  /// What it says of its parts, each in a line; nothing while it does not serve it.
  public String health() throws InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      String port =
          jvm.lines().stream()
              .flatMap(line -> PORT.matcher(line).results())
              .map(found -> found.group(1))
              .reduce("", (_, last) -> last);
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready")).build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException | IllegalArgumentException notYet) {
      return "";
    }
  }

  /// Starts one more process with the same state directory.
  public ChildJvm doubled() throws IOException {
    return new ChildJvm(place.program(place.home().resolve("double")));
  }

  /// Whether it says that all of its parts work.
  public boolean isReady() throws InterruptedException {
    var lines = health().lines().toList();
    return lines.stream().anyMatch(line -> line.contains(": ready"))
        && lines.stream().allMatch(line -> line.contains(": ready") || line.contains(": done"));
  }

  /// Holds it, so that it does nothing and answers nothing.
  public void hold() throws IOException, InterruptedException {
    jvm.hold();
  }

  public void letGo() throws IOException, InterruptedException {
    jvm.letGo();
  }

  public boolean isAlive() {
    return jvm.isAlive();
  }

  /// All that it said, in each of its lives.
  public List<String> lines() throws IOException {
    return jvm.lines();
  }

  /// The end of what it said.
  public String log() throws IOException {
    return jvm.log();
  }

  /// The last failure of a part that it noted, with its stack; else the end of what it said.
  public String failure() throws IOException {
    return jvm.failure();
  }

  /// Stops it as an operator does.
  @Override
  public void close() throws InterruptedException {
    jvm.close();
  }
}

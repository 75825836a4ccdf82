package dev.tandem.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// As whom the Postgres programs run. They refuse to run as root, so root has to become somebody
/// else first.
sealed interface PostgresAccount {

  /// The command, run as this account.
  List<String> command(List<String> program);

  /// Hands a directory of ours over to this account.
  void own(Path directory);

  /// Where programs are unpacked so that this account can run them.
  Path cache();

  /// The account for whoever runs this process: an ordinary user is itself; root is nobody in a
  /// user namespace of its own (files stay its own), or, where that is not allowed (as in most
  /// containers), the user nobody.
  static PostgresAccount ofThisProcess() {
    if (!Programs.output("id", "-u").equals("0")) {
      return new Self();
    }
    var inNamespace = Programs.output("unshare", "--user", "id", "-un");
    return inNamespace.isEmpty() || inNamespace.equals("root")
        ? new Nobody(Programs.output("id", "-g", "nobody"))
        : new Namespace();
  }

  /// An ordinary user.
  record Self() implements PostgresAccount {
    @Override
    public List<String> command(List<String> program) {
      return program;
    }

    @Override
    public void own(Path directory) {}

    @Override
    public Path cache() {
      return userCache();
    }
  }

  /// Root in a user namespace in which it is not root.
  record Namespace() implements PostgresAccount {
    @Override
    public List<String> command(List<String> program) {
      return prefixed(List.of("unshare", "--user"), program);
    }

    @Override
    public void own(Path directory) {}

    @Override
    public Path cache() {
      return userCache();
    }
  }

  /// The user nobody, with its group, and nothing of root's.
  record Nobody(String group) implements PostgresAccount {
    @Override
    public List<String> command(List<String> program) {
      return prefixed(
          List.of("setpriv", "--reuid=nobody", "--regid=" + group, "--clear-groups"), program);
    }

    @Override
    public void own(Path directory) {
      Programs.run(directory, List.of("chown", "-R", "nobody:" + group, directory.toString()));
      var reached = command(List.of("test", "-w", directory.toString()));
      if (Programs.outcome(Path.of("/"), reached).status() != 0) {
        throw new StackException(
            directory
                + " cannot be reached by the user nobody, as whom PostgreSQL runs here: it refuses"
                + " to run as root, and user namespaces are not allowed; fix: run it as an ordinary"
                + " user, or in a directory that everybody can reach: --dir /var/tmp/tandem");
      }
    }

    @Override
    public Path cache() {
      return Path.of("/var/tmp/tandem-postgres-of-root");
    }
  }

  private static List<String> prefixed(List<String> prefix, List<String> program) {
    var command = new ArrayList<>(prefix);
    command.addAll(program);
    return List.copyOf(command);
  }

  /// The user's cache folder, or a temporary one for users without a home that can be written.
  private static Path userCache() {
    var named = System.getenv("XDG_CACHE_HOME");
    var home = System.getenv("HOME");
    if (named != null && !named.isBlank()) {
      return Path.of(named, "tandem");
    }
    if (home != null && Files.isWritable(Path.of(home))) {
      return Path.of(home, ".cache", "tandem");
    }
    return Path.of("/tmp", "tandem-" + Programs.output("id", "-u"));
  }
}

package dev.tandem.spec;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Who may call the operator's API, in a file of its own: what stands below `http` in a spec. The
/// spec says what a migration is, and this who operates it at one place.
public final class HttpFile {
  /// What reading found.
  ///
  /// @param draft with stand-ins for what is missing or wrong; empty if the file is not YAML
  public record Result(Optional<HttpSpec> draft, Problems problems) {
    /// Empty if a problem is an error.
    public Optional<HttpSpec> http() {
      return problems.hasErrors() ? Optional.empty() : draft;
    }
  }

  private HttpFile() {}

  /// @param environment what `${NAME}` is looked up in
  public static Result read(Path file, Map<String, String> environment) {
    var problems = new Problems();
    Path path = file.toAbsolutePath();
    Path folder = path.getParent();
    var variables = new Variables(environment, folder == null ? path : folder);
    var start = new Node.Place(file.toString(), 1, 1);
    Optional<HttpSpec> http =
        YamlReader.read(file, problems)
            .map(
                node ->
                    new HttpReader(problems, variables).http(new Located<>(node, start, "http")));
    return new Result(http, problems);
  }
}

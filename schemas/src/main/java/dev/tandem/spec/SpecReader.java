package dev.tandem.spec;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads a spec file whole: what is wrong is reported together, with its place. Never throws for
/// what a file holds. Opens no connection.
public final class SpecReader {
  static final int LONGEST_MIGRATION = 40;
  static final int LONGEST_DOMAIN = 60;

  private final Problems problems = new Problems();
  private final Values values = new Values(problems);
  private final Variables variables;
  private final StoreReader stores;
  private final PropertiesReader properties;
  private final Path file;

  /// What reading found.
  ///
  /// @param draft the spec with stand-ins for what is missing or wrong, to find out what else is
  ///     wrong with it, and for nothing else; empty if the file is not YAML
  public record Result(Optional<Spec> draft, Problems problems) {
    /// The spec; empty if a problem is an error.
    public Optional<Spec> spec() {
      return problems.hasErrors() ? Optional.empty() : draft;
    }
  }

  private SpecReader(Path file, Map<String, String> environment) {
    this.file = file;
    Path parent = file.toAbsolutePath().getParent();
    this.variables = new Variables(environment, parent == null ? file.toAbsolutePath() : parent);
    this.stores = new StoreReader(problems, variables);
    this.properties = new PropertiesReader(problems, variables);
  }

  public static Result read(Path file) {
    return read(file, System.getenv());
  }

  /// @param environment what `${NAME}` is looked up in
  public static Result read(Path file, Map<String, String> environment) {
    var reader = new SpecReader(file, environment);
    Optional<Spec> spec = YamlReader.read(file, reader.problems).map(reader::spec);
    return new Result(spec, reader.problems);
  }

  private Spec spec(Node document) {
    var start = new Node.Place(file.toString(), 1, 1);
    var section = Section.of(new Located<>(document, start, ""), SpecKeys.SPEC, problems);
    Located<String> migration =
        section.text("migration", "name it: lower-case letters, digits and hyphens");
    values.name(migration, LONGEST_MIGRATION);
    if (migration.known() && migration.value().endsWith("-target")) {
      migration.error(
          problems,
          "'"
              + migration.value()
              + "' ends as Tandem names the slot of a migration's target: on one server it would be"
              + " taken for that of '"
              + migration.value().replaceFirst("-target$", "")
              + "'",
          "give it another end");
    }
    return new Spec(
        migration,
        variables.folder(),
        stores.legacy(section),
        stores.target(section),
        kafka(section),
        new RegistryReader(problems, properties).read(section),
        new HttpReader(problems, variables).read(section),
        domains(section));
  }

  private ClientProperties kafka(Section spec) {
    String fix = "write kafka: { bootstrap.servers: host:9092 }";
    return spec.required("kafka", fix)
        .map(
            node -> {
              var section = Section.open(node, problems);
              Map<String, String> read = properties.read(section);
              if (!section.isBroken()) {
                section.required("bootstrap.servers", fix);
              }
              return new ClientProperties(read);
            })
        .orElse(ClientProperties.NONE);
  }

  private List<DomainSpec> domains(Section spec) {
    return spec.required("domains", "declare at least one domain below 'domains:'")
        .map(node -> new DomainReader(problems).domains(Section.open(node, problems)))
        .orElse(List.of());
  }
}

package dev.tandem.spec;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads a spec file whole: what is wrong is reported together, with its place. Never throws for
/// what a file holds. Opens no connection.
public final class SpecReader {
  static final int LONGEST_MIGRATION = 40;
  static final int LONGEST_DOMAIN = 60;

  /// Client properties that decide whether Tandem's guarantees hold; it sets them itself.
  private static final Set<String> OWN_PROPERTIES =
      Set.of(
          "transactional.id",
          "transaction.timeout.ms",
          "group.id",
          "application.id",
          "processing.guarantee",
          "isolation.level",
          "enable.auto.commit",
          "enable.idempotence",
          "key.serializer",
          "value.serializer",
          "key.deserializer",
          "value.deserializer");

  private static final Pattern HTTP = Pattern.compile("https?://[^/\\s]+.*");
  private static final String REGISTRY_URL = "schema.registry.url";
  private static final String REGISTRY_FIX = "write registry: { url: http://host:8081 }";

  private final Problems problems = new Problems();
  private final Values values = new Values(problems);
  private final Variables variables;
  private final StoreReader stores;
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
        registry(section),
        new HttpReader(problems, variables).read(section),
        domains(section));
  }

  private ClientProperties kafka(Section spec) {
    String fix = "write kafka: { bootstrap.servers: host:9092 }";
    return spec.required("kafka", fix)
        .map(
            node -> {
              var section = Section.open(node, problems);
              Map<String, String> properties = properties(section);
              if (!section.isBroken()) {
                section.required("bootstrap.servers", fix);
              }
              return new ClientProperties(properties);
            })
        .orElse(ClientProperties.NONE);
  }

  private RegistrySpec registry(Section spec) {
    return spec.required("registry", REGISTRY_FIX)
        .map(node -> addressed(Section.open(node, problems)))
        .orElse(new RegistrySpec(Section.MISSING, ClientProperties.NONE));
  }

  private RegistrySpec addressed(Section section) {
    var rest = new HashMap<>(properties(section));
    String name = rest.containsKey("url") || !rest.containsKey(REGISTRY_URL) ? "url" : REGISTRY_URL;
    String url = rest.getOrDefault(name, Section.MISSING);
    rest.remove("url");
    if (!section.isBroken()) {
      section.required(name, REGISTRY_FIX);
      if (!isAddress(url)) {
        section.entries().stream()
            .filter(entry -> entry.name().value().equals(name))
            .forEach(
                entry ->
                    entry
                        .name()
                        .error(
                            problems,
                            "expected URLs that begin with http:// or https://",
                            REGISTRY_FIX));
      }
    }
    return new RegistrySpec(url, new ClientProperties(rest));
  }

  /// One or more URLs, separated by commas.
  private static boolean isAddress(String urls) {
    return urls.equals(Section.MISSING)
        || Arrays.stream(urls.split(",")).map(String::strip).allMatch(HTTP.asMatchPredicate());
  }

  private Map<String, String> properties(Section section) {
    var properties = new HashMap<String, String>();
    for (Section.Entry entry : section.entries()) {
      String key = entry.name().value();
      if (OWN_PROPERTIES.contains(key)) {
        entry
            .name()
            .error(problems, "'" + key + "' is set by Tandem itself", "remove it from the spec");
        continue;
      }
      Section.scalar(entry.value(), problems)
          .ifPresent(raw -> properties.put(key, variables.resolved(raw, problems).value()));
    }
    return properties;
  }

  private List<DomainSpec> domains(Section spec) {
    return spec.required("domains", "declare at least one domain below 'domains:'")
        .map(node -> new DomainReader(problems).domains(Section.open(node, problems)))
        .orElse(List.of());
  }
}

package dev.tandem;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.HashMap;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The lines between the modules, and between a rule and the world.
class ArchitectureTest {
  private static final JavaClasses TANDEM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.tandem");

  /// Packages of rules: what they decide can be known from their arguments alone.
  private static final String[] RULES = {
    "dev.tandem.position..",
    "dev.tandem.row..",
    "dev.tandem.table..",
    "dev.tandem.lens..",
    "dev.tandem.contract..",
    "dev.tandem.version..",
    "dev.tandem.image..",
    "dev.tandem.canon..",
    "dev.tandem.job..",
    "dev.tandem.evolution..",
    "dev.tandem.generation..",
    "dev.tandem.invariant.."
  };

  private static final String[] WORLD = {
    "org.apache.kafka..",
    "java.sql..",
    "javax.sql..",
    "java.net.http..",
    "com.sun.net.httpserver..",
    "org.postgresql..",
    "com.zaxxer.."
  };

  @Test
  void shouldKeepTheWorldOutOfRules() {
    noClasses()
        .that()
        .resideInAnyPackage(RULES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(WORLD)
        .because(
            "a class that holds a rule imports no Kafka, JDBC or HTTP. Declare the narrow"
                + " interface the rule needs inside of it, and implement that interface in the"
                + " package that talks to the world")
        .allowEmptyShould(true)
        .check(TANDEM);
  }

  @Test
  void shouldKeepTheRegistrysRuleOffItsTransport() {
    noClasses()
        .that()
        .haveFullyQualifiedName("dev.tandem.stack.registry.SchemaBook")
        .or()
        .haveFullyQualifiedName("dev.tandem.stack.registry.CompatibilityLevel")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(WORLD)
        .because("the rule is asked by SchemaRegistry; put Kafka and HTTP there or beyond")
        .check(TANDEM);
  }

  @Test
  void shouldLetSchemasDependOnNothingOfOurs() {
    mayDependOn("schemas", Set.of());
  }

  @Test
  void shouldLetTheOtherModulesDependOnSchemasOnly() {
    mayDependOn("connectors", Set.of("schemas"));
    mayDependOn("topology", Set.of("schemas"));
    mayDependOn("reconciler", Set.of("schemas"));
  }

  @Test
  void shouldKeepEveryPackageInOneModule() {
    classes()
        .should(liveInOneModule())
        .because(
            "a package that two modules share has no owner, and its package-private classes are"
                + " open to both. Give one half a name of its own")
        .allowEmptyShould(true)
        .check(TANDEM);
  }

  private static void mayDependOn(String module, Set<String> allowed) {
    noClasses()
        .that(areOf(Set.of(module)))
        .should()
        .dependOnClassesThat(areOf(others(module, allowed)))
        .because(
            "the module "
                + module
                + " may depend on "
                + (allowed.isEmpty() ? "nothing of ours" : String.join(", ", allowed))
                + ". Move what both need into schemas, or let deploy wire the two together")
        .allowEmptyShould(true)
        .check(TANDEM);
  }

  private static Set<String> others(String module, Set<String> allowed) {
    var others = new TreeSet<>(Set.of("schemas", "connectors", "topology", "reconciler", "deploy"));
    others.remove(module);
    others.removeAll(allowed);
    return others;
  }

  private static DescribedPredicate<JavaClass> areOf(Set<String> modules) {
    return DescribedPredicate.describe(
        "are of " + String.join(" or ", modules), type -> modules.contains(module(type)));
  }

  private static ArchCondition<JavaClass> liveInOneModule() {
    var modules = new HashMap<String, String>();
    return new ArchCondition<>("live in a package of one module") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        var module = module(type);
        var first = modules.putIfAbsent(type.getPackageName(), module);
        if (first != null && !first.equals(module)) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getName() + " is of " + module + ", its package also of " + first));
        }
      }
    };
  }

  /// The module from whose jar or class folder the class was read; empty for others' classes.
  private static String module(JavaClass type) {
    var uri = type.getSource().map(source -> source.getUri().toString()).orElse("");
    for (var module : Set.of("schemas", "connectors", "topology", "reconciler", "deploy")) {
      if (uri.contains("/" + module + "/target/")) {
        return module;
      }
    }
    return "";
  }
}

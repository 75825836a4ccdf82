package dev.tandem.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What others compile against: the documentation names the types, a file says what they look like.
/// A change of either is one of the promise in the documentation, and is to be meant.
class PublicSurfaceTest {
  private static final Path DOCUMENT = Path.of("..", "deploy", "docs", "java.md");
  private static final Path PROMISED = Path.of("src", "test", "resources", "public-surface.txt");
  private static final Path FOUND = Path.of("target", "public-surface.txt");

  /// Module, package, and the types or `all`.
  private static final Pattern ROW =
      Pattern.compile("^\\| `tandem-\\w+` \\| `([\\w.]+)` \\| ([^|]+) \\|.*");

  private static final Pattern OWN = Pattern.compile("dev\\.tandem\\.[\\w.$]+");
  private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

  @Test
  void shouldBeAsPromised() throws Exception {
    List<Class<?>> offered = offered();
    List<String> found =
        offered.stream().map(PublicSurfaceTest::lines).flatMap(List::stream).toList();
    Files.createDirectories(FOUND.getParent());
    Files.write(FOUND, found);
    assertThat(found)
        .as(
            "if the change is meant, copy %s to %s and say so in the release notes",
            FOUND, PROMISED)
        .isEqualTo(Files.readAllLines(PROMISED));
  }

  /// What a promised type is made of is promised too.
  @Test
  void shouldNameEveryTypeThatItSpeaksOf() throws Exception {
    List<Class<?>> offered = offered();
    assertThat(
            offered.stream()
                .flatMap(PublicSurfaceTest::members)
                .flatMap(PublicSurfaceTest::spokenOf))
        .isSubsetOf(offered.stream().map(Class::getName).toList());
  }

  private static List<Class<?>> offered() throws Exception {
    var offered = new ArrayList<Class<?>>();
    for (Class<?> type : documented()) {
      offer(type, offered);
    }
    return offered;
  }

  private static List<Class<?>> documented() throws Exception {
    var types = new ArrayList<Class<?>>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      var row = ROW.matcher(line);
      if (row.matches()) {
        for (String name : names(row.group(1), row.group(2))) {
          types.add(Class.forName(row.group(1) + "." + name));
        }
      }
    }
    assertThat(types).hasSizeGreaterThan(10);
    return types;
  }

  private static List<String> names(String of, String types) throws Exception {
    if (!types.equals("all")) {
      return Arrays.stream(types.split(", ", -1))
          .map(name -> name.replace("`", "").replace('.', '$'))
          .toList();
    }
    assertThat(of).isEqualTo(Mappings.class.getPackageName());
    // The tests have a package of this name too.
    Path classes =
        Path.of(Mappings.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path directory = classes.resolve(of.replace('.', '/'));
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[A-Z]\\w*\\.class"))
          .map(name -> name.substring(0, name.indexOf('.')))
          .sorted()
          .toList();
    }
  }

  /// A type and those within it, as far as others can name them.
  private static void offer(Class<?> type, List<Class<?>> offered) {
    if (isOffered(type.getModifiers())) {
      offered.add(type);
      for (Class<?> nested : type.getDeclaredClasses()) {
        offer(nested, offered);
      }
    }
  }

  private static List<String> lines(Class<?> type) {
    var above =
        Stream.concat(
                Stream.ofNullable(type.getGenericSuperclass()),
                Arrays.stream(type.getGenericInterfaces()))
            .map(Type::getTypeName)
            .filter(name -> !name.equals("java.lang.Object"))
            .sorted()
            .collect(Collectors.joining(", "));
    return Stream.concat(
            Stream.of(type.toGenericString() + (above.isEmpty() ? "" : " : " + above)),
            members(type).map(member -> "  " + text(member)).sorted())
        .toList();
  }

  private static Stream<Member> members(Class<?> type) {
    return Stream.of(
            type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
        .flatMap(Arrays::stream)
        .map(Member.class::cast)
        .filter(member -> !member.isSynthetic() && isOffered(member.getModifiers()))
        .filter(member -> !OF_EVERY_OBJECT.contains(member.getName()));
  }

  private static boolean isOffered(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private static String text(Member member) {
    return switch (member) {
      case Executable executable -> executable.toGenericString();
      case Field field -> field.toGenericString();
      default -> throw new IllegalArgumentException(member.toString());
    };
  }

  /// The types of Tandem's own in what a member takes, gives and throws.
  private static Stream<String> spokenOf(Member member) {
    Stream<Type> types =
        switch (member) {
          case Method method ->
              Stream.concat(
                  Stream.of(method.getGenericReturnType()),
                  Stream.of(method.getGenericParameterTypes(), method.getGenericExceptionTypes())
                      .flatMap(Arrays::stream));
          case Executable executable -> Stream.of(executable.getGenericParameterTypes());
          case Field field -> Stream.of(field.getGenericType());
          default -> throw new IllegalArgumentException(member.toString());
        };
    return types.flatMap(type -> OWN.matcher(type.getTypeName()).results()).map(MatchResult::group);
  }
}

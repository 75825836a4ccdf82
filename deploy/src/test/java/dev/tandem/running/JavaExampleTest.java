package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example of a lens in Java compiles, and its own test passes.
class JavaExampleTest {
  private static final Path EXAMPLE = Path.of("examples", "java");
  private static final String TEST = "com.example.club.MappingTest";

  @TempDir private Path classes;

  @Test
  void shouldPassItsOwnTestOfTheMapping() throws Exception {
    compile();
    copyResources();
    var own = Thread.currentThread().getContextClassLoader();
    try (var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, own)) {
      // As in a program, lenses are found by the class loader of the thread.
      Thread.currentThread().setContextClassLoader(loader);
      assertThat(run(loader.loadClass(TEST))).hasSizeGreaterThanOrEqualTo(3);
    } finally {
      Thread.currentThread().setContextClassLoader(own);
    }
  }

  /// With every warning an error.
  private void compile() throws IOException {
    var arguments =
        new ArrayList<>(
            List.of(
                "-Xlint:all,-processing",
                "-Werror",
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path")));
    for (String folder : List.of("src/main/java", "src/test/java")) {
      files(EXAMPLE.resolve(folder)).forEach(file -> arguments.add(file.toString()));
    }
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(result).isZero();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private void copyResources() throws IOException {
    Path resources = EXAMPLE.resolve("src/main/resources");
    for (Path file : files(resources)) {
      Path copy = classes.resolve(resources.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }

  /// Runs each test as JUnit does: on an instance of its own, after what comes before each.
  private static List<String> run(Class<?> tests) throws Exception {
    var names = new ArrayList<String>();
    for (var test : tests.getDeclaredMethods()) {
      if (!test.isAnnotationPresent(Test.class)) {
        continue;
      }
      var made = tests.getDeclaredConstructor();
      made.setAccessible(true);
      Object instance = made.newInstance();
      for (var before :
          Arrays.stream(tests.getDeclaredMethods())
              .filter(method -> method.isAnnotationPresent(BeforeEach.class))
              .toList()) {
        before.setAccessible(true);
        before.invoke(instance);
      }
      test.setAccessible(true);
      test.invoke(instance);
      names.add(test.getName());
    }
    return names;
  }
}

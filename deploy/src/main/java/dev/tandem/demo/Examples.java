package dev.tandem.demo;

import dev.tandem.stack.StackAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/// The examples that come with the program: the same files that the README walks through.
public final class Examples {
  private static final List<String> SHOP =
      List.of(
          "shop.yaml",
          "legacy.sql",
          "data.sql",
          "target.sql",
          "contracts/customer/v1.avsc",
          "contracts/billing-account/v1.avsc",
          "contracts/order/v1.avsc",
          "contracts/product/v1.avsc");

  private static final List<String> BENCH =
      List.of("bench.yaml", "legacy.sql", "target.sql", "contracts/item/v1.avsc");

  private static final List<String> BENCH_WIDE =
      List.of("wide.yaml", "legacy.sql", "target.sql", "contracts/record/v1.avsc");

  private static final List<String> BENCH_BASKET =
      List.of("basket.yaml", "legacy.sql", "target.sql", "contracts/basket/v1.avsc");

  private Examples() {}

  /// Copies the shop into a directory.
  ///
  /// @return its spec
  public static Path unpackShop(Path directory) throws IOException {
    return unpack("shop", SHOP, directory);
  }

  /// Copies what the benchmark measures most with into a directory.
  ///
  /// @return its spec
  public static Path unpackBench(Path directory) throws IOException {
    return unpack("bench", BENCH, directory);
  }

  /// Copies what the benchmark measures wide rows with into a directory.
  ///
  /// @return its spec
  public static Path unpackBenchWide(Path directory) throws IOException {
    return unpack("bench/wide", BENCH_WIDE, directory);
  }

  /// Copies what the benchmark measures aggregates with children with into a directory.
  ///
  /// @return its spec
  public static Path unpackBenchBasket(Path directory) throws IOException {
    return unpack("bench/basket", BENCH_BASKET, directory);
  }

  private static Path unpack(String example, List<String> names, Path directory)
      throws IOException {
    for (String name : names) {
      Path file = directory.resolve(example).resolve(name);
      Files.createDirectories(file.getParent());
      try (InputStream in = open(example, name)) {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return directory.resolve(example).resolve(names.getFirst());
  }

  /// A file of an example.
  static String text(String example, String name) throws IOException {
    try (InputStream in = open(example, name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String example, String name) throws IOException {
    InputStream in = Examples.class.getResourceAsStream("/examples/" + example + "/" + name);
    if (in == null) {
      throw new IOException("the program lacks its example " + example + "/" + name);
    }
    return in;
  }

  /// What the examples' specs take from the environment, for a stack.
  public static Map<String, String> environment(StackAddress stack) {
    return Map.of(
        "LEGACY_URL", stack.legacy().url(),
        "LEGACY_USER", stack.legacy().user(),
        "LEGACY_PASSWORD", stack.legacy().password(),
        "TARGET_URL", stack.target().url(),
        "TARGET_USER", stack.target().user(),
        "TARGET_PASSWORD", stack.target().password(),
        "KAFKA", stack.kafka(),
        "REGISTRY", stack.registry());
  }

  /// Runs a script of several statements as one.
  public static void execute(Connection connection, Path script) throws IOException, SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(Files.readString(script));
    }
  }
}

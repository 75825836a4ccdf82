package dev.tandem.version;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A contract folder by chance: a first version of fields of many types, and versions after it that
/// change each of them in some way a step can say.
final class RandomContract {
  private static final String DECIMAL =
      "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": %d, \"scale\": %d}";

  /// Types that no lens changes. A type with a name has one of its own.
  private static final String[] KEPT = {
    "{\"type\": \"int\", \"logicalType\": \"date\"}",
    "{\"type\": \"long\", \"logicalType\": \"time-micros\"}",
    "{\"type\": \"long\", \"logicalType\": \"timestamp-micros\"}",
    "{\"type\": \"long\", \"logicalType\": \"local-timestamp-millis\"}",
    "{\"type\": \"string\", \"logicalType\": \"uuid\"}",
    "\"bytes\"",
    "[\"null\", \"bytes\"]",
    "[\"null\", \"long\"]",
    "{\"type\": \"fixed\", \"name\": \"X%d\", \"size\": 3}",
    "{\"type\": \"map\", \"values\": \"long\"}",
    "{\"type\": \"map\", \"values\": [\"null\", \"string\"]}",
    "{\"type\": \"array\", \"items\": \"int\"}",
    "{\"type\": \"array\", \"items\": [\"null\", \"double\"]}",
    "[\"null\", {\"type\": \"record\", \"name\": \"R%d\", \"fields\": [{\"name\": \"a\", \"type\": \"int\"}]}]"
  };

  private final Random random;
  private final Folder folder;
  private final StringBuilder steps = new StringBuilder("compatibility: none\n");
  private List<Field> fields = new ArrayList<>();
  private int names;

  /// A field as a version has it.
  private record Field(String name, Type type) {}

  private sealed interface Type {
    record Whole(boolean wide) implements Type {}

    record Floating(boolean wide) implements Type {}

    record Text(boolean nullable) implements Type {}

    record Decimal(int scale) implements Type {}

    /// A, B, C and so on.
    record Symbols(String name, int count) implements Type {}

    record Flag() implements Type {}

    /// One that steps only give on.
    record Kept(String json) implements Type {}

    /// A record with one field, alone or in a list.
    record Nested(String name, Field field, boolean list) implements Type {}
  }

  /// A field in the next version.
  ///
  /// @param up lens to it, empty for none; down likewise
  private record Change(List<Field> next, List<String> up, List<String> down) {}

  RandomContract(Random random, Path directory) {
    this.random = random;
    this.folder = new Folder(directory);
  }

  /// @param versions how many
  Folder write(int versions) {
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      fields.add(new Field(name(), type(2)));
    }
    folder.version(json(fields));
    for (int version = 2; version <= versions; version++) {
      change(version);
    }
    return folder.steps(steps.toString());
  }

  private String name() {
    return "f" + names++;
  }

  private Type type(int depth) {
    return switch (random.nextInt(depth > 1 ? 8 : 7)) {
      case 0 -> new Type.Whole(random.nextBoolean());
      case 1 -> new Type.Floating(random.nextBoolean());
      case 2 -> new Type.Text(random.nextBoolean());
      case 3 -> new Type.Decimal(2 + random.nextInt(3));
      case 4 -> new Type.Symbols("E" + names++, 2 + random.nextInt(3));
      case 5 -> new Type.Flag();
      case 6 -> new Type.Kept(pick(KEPT).formatted(names++));
      default ->
          new Type.Nested("R" + names++, new Field(name(), type(depth - 1)), random.nextBoolean());
    };
  }

  private static String[] json(List<Field> fields) {
    return fields.stream()
        .map(field -> Folder.field(field.name, json(field.type)))
        .toArray(String[]::new);
  }

  private static String json(Type type) {
    return switch (type) {
      case Type.Whole(var wide) -> wide ? "\"long\"" : "\"int\"";
      case Type.Floating(var wide) -> wide ? "\"double\"" : "\"float\"";
      case Type.Text(var nullable) -> nullable ? "[\"null\", \"string\"]" : "\"string\"";
      case Type.Decimal(var scale) -> DECIMAL.formatted(8 + scale, scale);
      case Type.Symbols(var name, var count) ->
          "{\"type\": \"enum\", \"name\": \"%s\", \"symbols\": [\"%s\"]}"
              .formatted(name, String.join("\", \"", symbols(count)));
      case Type.Flag() -> "\"boolean\"";
      case Type.Kept(var json) -> json;
      case Type.Nested(var name, var field, var list) -> {
        var record =
            "{\"type\": \"record\", \"name\": \"%s\", \"fields\": [%s]}"
                .formatted(name, Folder.field(field.name, json(field.type)));
        yield list ? "{\"type\": \"array\", \"items\": " + record + "}" : record;
      }
    };
  }

  private static List<String> symbols(int count) {
    return List.of("A", "B", "C", "D", "E", "F").subList(0, count);
  }

  private void change(int version) {
    var next = new ArrayList<Field>();
    var up = new ArrayList<String>();
    var down = new ArrayList<String>();
    for (Field field : fields) {
      var change = change(field);
      next.addAll(change.next);
      up.addAll(change.up);
      down.addAll(change.down);
    }
    if (next.isEmpty() || random.nextInt(4) == 0) {
      var added = new Field(name(), new Type.Whole(false));
      next.add(added);
      up.add(added.name + ": { constant: 5 }");
    }
    fields = next;
    folder.version(json(fields));
    steps.append(
        "%d-%d: { up: { %s }, down: { %s } }%n"
            .formatted(version - 1, version, String.join(", ", up), String.join(", ", down)));
  }

  private Change change(Field field) {
    return switch (random.nextInt(4)) {
      case 0 -> new Change(List.of(field), List.of(), List.of());
      case 1 -> {
        var renamed = new Field(name(), field.type);
        yield new Change(List.of(renamed), List.of(renamed.name + ": " + field.name), List.of());
      }
      default -> changeOfType(field);
    };
  }

  private Change changeOfType(Field field) {
    String old = field.name;
    String made = name();
    return switch (field.type) {
      case Type.Whole(var wide) when !wide -> to(made, new Type.Whole(true), made + ": " + old, "");
      case Type.Whole _ -> {
        String overflow = pick("fail", "clamp");
        yield random.nextBoolean()
            ? to(made, new Type.Whole(false), cast(made, old, overflow), cast(old, made, "fail"))
            : to(made, new Type.Floating(true), cast(made, old, overflow), cast(old, made, "fail"));
      }
      case Type.Floating(var wide) when !wide ->
          to(made, new Type.Floating(true), made + ": " + old, "");
      case Type.Floating _ ->
          switch (random.nextInt(3)) {
            case 0 ->
                to(made, new Type.Whole(true), cast(made, old, "clamp"), cast(old, made, "fail"));
            case 1 ->
                to(made, new Type.Whole(true), cast(made, old, "fail"), cast(old, made, "fail"));
            default ->
                to(made, new Type.Text(false), cast(made, old, "fail"), cast(old, made, "fail"));
          };
      case Type.Text(var nullable) -> text(old, made, nullable);
      case Type.Decimal(var scale) when scale < 2 || random.nextBoolean() ->
          to(made, new Type.Decimal(scale + 1), "%s: { decimal: %s }".formatted(made, old), "");
      case Type.Decimal(var scale) ->
          to(
              made,
              new Type.Decimal(scale - 1),
              "%s: { decimal: %s, rounding: %s }".formatted(made, old, pick("half-up", "fail")),
              "%s: { decimal: %s }".formatted(old, made));
      case Type.Symbols symbols -> symbols(old, made, symbols);
      case Type.Flag() ->
          to(made, new Type.Text(false), cast(made, old, "fail"), cast(old, made, "fail"));
      case Type.Kept kept -> to(made, kept, made + ": " + old, "");
      case Type.Nested nested -> nested(old, made, nested);
    };
  }

  private Change text(String old, String made, boolean nullable) {
    if (nullable) {
      return to(
          made,
          new Type.Text(false),
          "%s: { default: { of: %s, value: none } }".formatted(made, old),
          old + ": " + made);
    }
    return switch (random.nextInt(3)) {
      case 0 ->
          to(
              made,
              new Type.Text(true),
              made + ": " + old,
              "%s: { default: { of: %s, value: none } }".formatted(old, made));
      case 1 -> dropped(old);
      default ->
          new Change(
              List.of(
                  new Field(made, new Type.Text(false)),
                  new Field(made + "x", new Type.Text(true))),
              List.of(
                  "%s: { split: %s, at: ' ', part: 0 }".formatted(made, old),
                  "%sx: { split: %s, at: ' ', part: 1 }".formatted(made, old)),
              List.of("%s: { join: [%s, %sx], with: ' ' }".formatted(old, made, made)));
    };
  }

  private static Change dropped(String old) {
    return new Change(List.of(), List.of(), List.of(old + ": { constant: gone }"));
  }

  private Change symbols(String old, String made, Type.Symbols symbols) {
    return switch (random.nextInt(3)) {
      case 0 ->
          to(
              made,
              symbols,
              "%s: { lookup: %s, values: { A: B, B: A } }".formatted(made, old),
              random.nextBoolean()
                  ? ""
                  : "%s: { lookup: %s, values: { A: B, B: A } }".formatted(old, made));
      case 1 ->
          to(
              made,
              symbols,
              "%s: { lookup: %s, values: { A: B } }".formatted(made, old),
              old + ": " + made);
      default -> to(made, new Type.Text(false), made + ": " + old, "");
    };
  }

  private Change nested(String old, String made, Type.Nested nested) {
    var field = new Field(name(), nested.field.type);
    var type = new Type.Nested("R" + names++, field, nested.list);
    String lens = nested.list ? "each" : "within";
    return to(
        made,
        type,
        "%s: { %s: %s, map: { %s: %s } }".formatted(made, lens, old, field.name, nested.field.name),
        "");
  }

  private static String cast(String field, String from, String overflow) {
    return "%s: { cast: %s, overflow: %s }".formatted(field, from, overflow);
  }

  private static Change to(String name, Type type, String up, String down) {
    return new Change(
        List.of(new Field(name, type)), List.of(up), down.isEmpty() ? List.of() : List.of(down));
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}

package dev.tandem.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility.SchemaIncompatibilityType;
import org.apache.avro.SchemaParser;

/// All versions of one contract: the files `v1.avsc`, `v2.avsc`, … of a folder, without a gap.
/// Immutable.
public final class ContractFolder {
  private static final Pattern NAME = Pattern.compile("v([1-9][0-9]{0,5})\\.avsc");

  /// Oldest first, from 1 without a gap; never empty.
  private final SortedMap<Integer, Schema> versions;

  private final Path folder;

  /// The key in the spec.
  private final String path;

  private ContractFolder(SortedMap<Integer, Schema> versions, Path folder, String path) {
    this.folder = folder;
    this.path = path;
    this.versions = Collections.unmodifiableSortedMap(versions);
  }

  /// Reads a folder. Whether its versions get on is for [#check] to say.
  ///
  /// @param from where the spec names the folder, for problems of the folder as a whole
  /// @param path the key in the spec: `domains.customers.entities.Customer.contract`
  /// @return nothing where an error was reported
  public static Optional<ContractFolder> load(
      Path folder, Node.Place from, String path, Problems problems) {
    return new Reading(folder, from, path, problems).read();
  }

  /// Every version, oldest first; never empty.
  public SortedMap<Integer, Schema> versions() {
    return versions;
  }

  /// @throws IllegalArgumentException if there is no such version
  public Schema version(int version) {
    Schema schema = versions.get(version);
    if (schema == null) {
      throw new IllegalArgumentException(
          "no version " + version + " of the contract; there are " + versions.keySet());
    }
    return schema;
  }

  /// Reports where a version cannot read another that it has to.
  ///
  /// @return whether there is none
  public boolean check(Compatibility compatibility, Problems problems) {
    var breaches = compatibility.check(versions);
    for (var breach : breaches) {
      problems.error(
          new Node.Place(folder.resolve("v" + breach.newer() + ".avsc").toString(), 1, 1),
          path,
          "version "
              + breach.reader()
              + " cannot read what version "
              + breach.writer()
              + " wrote, and the contract is declared "
              + compatibility.word()
              + ": "
              + breach.type()
              + " at "
              + breach.location()
              + ": "
              + breach.message(),
          breach.reader() > breach.writer() ? fix(breach.type()) : forwardFix(breach.type()));
    }
    return breaches.isEmpty();
  }

  private static String fix(SchemaIncompatibilityType type) {
    return switch (type) {
      case NAME_MISMATCH -> "keep the name, or give the old one as an alias";
      case MISSING_ENUM_SYMBOLS -> "keep the symbols, or give the enum a default";
      case READER_FIELD_MISSING_DEFAULT_VALUE -> "give the new field a default";
      case FIXED_SIZE_MISMATCH, TYPE_MISMATCH, MISSING_UNION_BRANCH ->
          "keep the type or widen it, or add a new field beside the old one";
    };
  }

  private static String forwardFix(SchemaIncompatibilityType type) {
    return switch (type) {
      case NAME_MISMATCH -> "keep the name";
      case MISSING_ENUM_SYMBOLS -> "add no symbols: the older version has no default for them";
      case READER_FIELD_MISSING_DEFAULT_VALUE -> "keep the field: the older version needs it";
      case FIXED_SIZE_MISMATCH, TYPE_MISMATCH, MISSING_UNION_BRANCH ->
          "keep the type, or add a new field beside the old one";
    };
  }

  /// One reading of one folder.
  private record Reading(Path folder, Node.Place from, String path, Problems problems) {
    Optional<ContractFolder> read() {
      var files = new TreeMap<Integer, Path>();
      try (var listing = Files.list(folder)) {
        listing.forEach(
            file -> {
              var name = NAME.matcher(file.getFileName().toString());
              if (name.matches()) {
                files.put(Integer.valueOf(name.group(1)), file);
              }
            });
      } catch (IOException e) {
        problems.error(
            from,
            path,
            "expected a folder of contract versions at " + folder + ", which cannot be read",
            "create the folder with a file v1.avsc in it, or correct the path");
        return Optional.empty();
      }
      if (!contiguous(files)) {
        return Optional.empty();
      }
      var versions = new TreeMap<Integer, Schema>();
      files.forEach((version, file) -> parse(file).ifPresent(s -> versions.put(version, s)));
      return versions.size() == files.size()
          ? Optional.of(new ContractFolder(versions, folder, path))
          : Optional.empty();
    }

    private boolean contiguous(SortedMap<Integer, Path> files) {
      for (int version = 1; version <= Math.max(1, files.size()); version++) {
        if (!files.containsKey(version)) {
          problems.error(
              from,
              path,
              "expected v" + version + ".avsc in " + folder + ", found " + names(files),
              "number the versions v1.avsc, v2.avsc, … without a gap");
          return false;
        }
      }
      return true;
    }

    private static String names(SortedMap<Integer, Path> files) {
      return files.isEmpty()
          ? "no version at all"
          : String.join(
              ", ", files.values().stream().map(file -> file.getFileName().toString()).toList());
    }

    private Optional<Schema> parse(Path file) {
      try {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        Schema schema = new SchemaParser().parse(text).mainSchema();
        if (schema.getType() == Schema.Type.RECORD) {
          return Optional.of(schema);
        }
        problems.error(
            new Node.Place(file.toString(), 1, 1),
            path,
            "expected an Avro record, found " + schema.getType().getName(),
            "make the contract a record with one field per contract field");
      } catch (IOException e) {
        problems.error(
            new Node.Place(file.toString(), 1, 1),
            path,
            "expected a readable UTF-8 file, found none",
            "make the file readable");
      } catch (AvroRuntimeException e) {
        problems.error(
            place(file, e),
            path,
            "expected an Avro schema, found: " + firstLine(e),
            "correct the schema; https://avro.apache.org/docs/ describes the form");
      }
      return Optional.empty();
    }

    private static Node.Place place(Path file, AvroRuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof JsonProcessingException json && json.getLocation() != null) {
          return new Node.Place(
              file.toString(),
              Math.max(1, json.getLocation().getLineNr()),
              Math.max(1, json.getLocation().getColumnNr()));
        }
      }
      return new Node.Place(file.toString(), 1, 1);
    }

    private static String firstLine(AvroRuntimeException e) {
      Throwable said = e.getCause() instanceof JsonProcessingException json ? json : e;
      String message =
          said instanceof JsonProcessingException json
              ? json.getOriginalMessage()
              : said.getMessage();
      return message == null
          ? said.getClass().getSimpleName()
          : message.lines().findFirst().orElse("");
    }
  }
}

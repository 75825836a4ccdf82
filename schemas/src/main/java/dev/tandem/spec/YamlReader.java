package dev.tandem.spec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/// Reads YAML into [Node]s. Whatever the text is, it answers with nodes or with problems, in
/// bounded memory and time: files over 1 MiB, nesting over 50 levels and aliases that blow up are
/// refused.
public final class YamlReader {
  static final int LONGEST_FILE = 1 << 20;

  private YamlReader() {}

  /// Empty if the file could not be read as YAML, which is then reported.
  public static Optional<Node> read(Path file, Problems problems) {
    var start = new Node.Place(file.toString(), 1, 1);
    try {
      if (Files.size(file) > LONGEST_FILE) {
        problems.error(start, "", "the file is longer than 1 MiB", "split it into smaller specs");
        return Optional.empty();
      }
      var decoder = StandardCharsets.UTF_8.newDecoder();
      String text = decoder.decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
      return parse(file.toString(), text, problems);
    } catch (CharacterCodingException e) {
      problems.error(start, "", "the file is not UTF-8", "save it as UTF-8");
    } catch (IOException e) {
      problems.error(
          start,
          "",
          "the file cannot be read (" + e.getClass().getSimpleName() + ")",
          "name a YAML file that exists and is readable");
    }
    return Optional.empty();
  }

  /// @param file what places are to say
  public static Optional<Node> parse(String file, String text, Problems problems) {
    var start = new Node.Place(file, 1, 1);
    if (text.length() > LONGEST_FILE) {
      problems.error(start, "", "the text is longer than 1 MiB", "split it into smaller specs");
      return Optional.empty();
    }
    try {
      var parser = new ParserImpl(new StreamReader(text), new LoaderOptions());
      return new NodeBuilder(file, parser, problems).document();
    } catch (ReaderException e) {
      problems.error(
          start,
          "",
          "character %d is not allowed in YAML (U+%04X)"
              .formatted(e.getPosition(), e.getCodePoint()),
          "remove it, or write it as an escape in double quotes");
    } catch (MarkedYAMLException e) {
      problems.error(
          place(file, e.getProblemMark()), "", "not YAML: " + e.getProblem(), fix(e.getProblem()));
    } catch (YAMLException e) {
      problems.error(start, "", "not YAML: " + e.getMessage(), "correct the syntax here");
    }
    return Optional.empty();
  }

  private static String fix(String problem) {
    return problem.contains("'\\t(TAB)'")
        ? "indent with spaces"
        : "correct the syntax here; the cause may stand on the line before";
  }

  static Node.Place place(String file, Mark mark) {
    return mark == null
        ? new Node.Place(file, 1, 1)
        : new Node.Place(file, mark.getLine() + 1, mark.getColumn() + 1);
  }
}

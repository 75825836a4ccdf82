package dev.tandem.chaos;

import dev.tandem.chaos.Discreet.Said;
import dev.tandem.chaos.Mark.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.Consumer;

/// Each line of the logs below a directory: of every member in each of its lives, of its doubles,
/// of the broker and of both stores.
///
/// What a store logs of a statement that failed is the statement as Tandem sent it, and Tandem is
/// to blame for a value in it: values are parameters, which are not logged. Lines of DETAIL are the
/// server's own words, which quote the row that breaks a rule of its table; no client of such a
/// server can keep it from that, and they are left out.
record LogFiles(Path directory) implements Discreet.Source {
  private static final String OF_STORE = "postgres.log";
  private static final Set<String> NAMES = Set.of("log", OF_STORE);

  /// Folders of data, whose logs are no logs of this kind.
  private static final Set<String> DATA = Set.of("data", "state");

  @Override
  public void tell(Consumer<Said> listener) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return DATA.contains(name(folder))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (NAMES.contains(name(file))) {
              tell(file, listener);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void tell(Path log, Consumer<Said> listener) throws IOException {
    String by = String.valueOf(directory.relativize(log).getParent());
    boolean ofStore = name(log).equals(OF_STORE);
    boolean isDetail = false;
    for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
      // Further lines of one message begin with a tab.
      isDetail = ofStore && (line.startsWith("\t") ? isDetail : line.contains("] DETAIL:  "));
      if (!isDetail) {
        listener.accept(new Said(Place.LOG, by, line));
      }
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}

package dev.tandem.version;

import dev.tandem.contract.Compatibility;
import dev.tandem.contract.ContractFolder;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/// A contract folder whole: its versions, checked for the compatibility that is declared, and the
/// chain of steps between them. Immutable.
///
/// @param chain nothing only where there is no `steps.yaml` and what is implied is not enough
public record VersionedContract(
    ContractFolder folder, Compatibility compatibility, Optional<Chain> chain) {
  public static final String STEPS = "steps.yaml";

  /// Reads and checks a folder. Without `steps.yaml` the compatibility is `backward`, and a step
  /// that does not follow from the fields' names is a warning.
  ///
  /// @param from where the spec names the folder
  /// @param path the key in the spec
  /// @return nothing where an error was reported
  public static Optional<VersionedContract> load(
      Path folder, Node.Place from, String path, Problems problems) {
    var read = ContractFolder.load(folder, from, path, problems);
    return read.flatMap(
        versions ->
            Files.exists(folder.resolve(STEPS))
                ? declared(versions, folder.resolve(STEPS), problems)
                : implied(versions, new Located(folder, from, path), problems));
  }

  private record Located(Path folder, Node.Place from, String path) {}

  private static Optional<VersionedContract> declared(
      ContractFolder versions, Path steps, Problems problems) {
    var found = new Problems();
    var contract =
        StepReader.read(steps, versions.versions().size(), found)
            .flatMap(
                file -> {
                  boolean compatible = versions.check(file.compatibility(), found);
                  var chain =
                      compile(versions, file, new Node.Place(steps.toString(), 1, 1), found);
                  return compatible
                      ? Optional.of(new VersionedContract(versions, file.compatibility(), chain))
                      : Optional.empty();
                });
    found.all().forEach(problems::add);
    return contract.filter(_ -> !found.hasErrors());
  }

  private static Optional<VersionedContract> implied(
      ContractFolder versions, Located at, Problems problems) {
    boolean compatible = versions.check(Compatibility.BACKWARD, problems);
    var found = new Problems();
    var none = new StepFile(Compatibility.BACKWARD, Map.of());
    var chain = compile(versions, none, at.from, found);
    found.all().stream()
        .findFirst()
        .filter(_ -> compatible)
        .ifPresent(
            problem ->
                problems.warning(
                    at.from,
                    at.path,
                    "there is no "
                        + STEPS
                        + " in "
                        + at.folder
                        + ", and the steps between its versions do not follow by themselves: "
                        + problem.path()
                        + ": "
                        + problem.cause(),
                    "write "
                        + STEPS
                        + " with a lens for it; until then no other version can be published"));
    return compatible
        ? Optional.of(new VersionedContract(versions, Compatibility.BACKWARD, chain))
        : Optional.empty();
  }

  private static Optional<Chain> compile(
      ContractFolder folder, StepFile file, Node.Place place, Problems problems) {
    var steps = new ArrayList<Step>();
    int newest = folder.versions().lastKey();
    for (int older = 1; older < newest; older++) {
      steps.addAll(step(folder, older, file.step(older, place), problems));
    }
    return steps.size() == 2 * (newest - 1) ? Optional.of(Chain.of(steps)) : Optional.empty();
  }

  private static List<Step> step(
      ContractFolder folder, int older, StepFile.Written written, Problems problems) {
    Schema from = folder.version(older);
    Schema to = folder.version(older + 1);
    String path = older + "-" + (older + 1);
    var up =
        new ProjectionCompiler(from, to, written.place(), path + ".up", problems)
            .compile(ProjectionCompiler.Lenses.of(written.up(), written.down()));
    var down =
        new ProjectionCompiler(to, from, written.place(), path + ".down", problems)
            .compile(ProjectionCompiler.Lenses.of(written.down(), written.up()));
    if (up.isEmpty() || down.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Step(older, older + 1, up.get(), Restoration.lost(from, up.get(), down.get())),
        new Step(older + 1, older, down.get(), Restoration.lost(to, down.get(), up.get())));
  }
}

package dev.tandem.image;

import dev.tandem.image.Image.ListRow;
import dev.tandem.image.Image.Surprise;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/// What the record in hand touched, in order of first touch; what else it shows is told at once.
/// Not thread-safe.
final class TouchedNow implements Image.Touched {
  private final ImageFeed.Listener listener;
  private final Set<StateKey> touched = new LinkedHashSet<>();

  /// Those that a swept row of a list touched.
  private final Map<StateKey, ListRow> lists = new LinkedHashMap<>();

  TouchedNow(ImageFeed.Listener listener) {
    this.listener = listener;
  }

  @Override
  public void add(StateKey aggregate) {
    touched.add(aggregate);
  }

  @Override
  public void list(StateKey aggregate, ListRow row) {
    lists.put(aggregate, row);
  }

  @Override
  public void surprised(StateKey aggregate, Surprise surprise) {
    listener.surprised(aggregate, surprise);
  }

  @Override
  public void told(StateKey aggregate) {
    listener.told(aggregate);
  }

  /// Takes out those that a swept row of a list touched.
  void takeLists(BiConsumer<StateKey, ListRow> each) {
    lists.forEach(each);
    lists.clear();
  }

  /// Takes all of them out.
  List<StateKey> take() {
    touched.addAll(lists.keySet());
    lists.clear();
    var taken = List.copyOf(touched);
    touched.clear();
    return taken;
  }
}

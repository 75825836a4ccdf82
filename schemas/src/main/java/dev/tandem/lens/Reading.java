package dev.tandem.lens;

import dev.tandem.plan.ColumnUse;
import dev.tandem.plan.Source;
import dev.tandem.spec.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Which columns of a source the fields of a mapping are made from, by field.
///
/// @param from what the mapping was compiled from
record Reading(MappingSource from, Fields fields) {
  List<ColumnUse> uses(Source source) {
    var uses = new ArrayList<ColumnUse>();
    for (Fields.Field field : fields.fields()) {
      var inputs = new LinkedHashSet<Input>();
      collect(field.lens(), source, inputs);
      boolean naming =
          source.isRoot()
              && (from.keyFields().contains(field.name())
                  || from.partitionBy().equals(field.name()));
      for (Input input : inputs) {
        uses.add(
            new ColumnUse(
                input.column(),
                from.entity() + "." + field.name(),
                place(field.name()),
                input.carrier(),
                input.array(),
                naming));
      }
    }
    return uses;
  }

  private static void collect(Lens lens, Source source, LinkedHashSet<Input> inputs) {
    switch (lens) {
      case Each each -> {
        if (each.list().equals(source.name())) {
          inputs.addAll(each.binder().inputs());
        }
      }
      case Default of -> collect(of.of(), source, inputs);
      case Nested nested ->
          nested.fields().fields().forEach(f -> collect(f.lens(), source, inputs));
      case Lens other -> {
        if (source.isRoot()) {
          inputs.addAll(other.inputs());
        }
      }
    }
  }

  private Node.Place place(String field) {
    Node node = from.map().entries().get(field);
    return node == null ? from.map().place() : node.place();
  }
}

package dev.tandem.contracts;

import dev.tandem.wire.Topics;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// A topic of contract records: of one domain, one translation and one version.
///
/// @param domain topics of the domain's first translation
/// @param translated the topic of the version that the translation makes, which alone has the
///     progress markers: this one, or one that this one goes with
public record ContractTopic(Topics domain, String name, String translated) {

  /// The topics of the translation that writes it.
  public Topics translation() {
    if (translated.equals(domain.contract())) {
      return domain;
    }
    String number = translated.substring(domain.contract().length() + 1);
    return new Topics(domain.migration(), domain.domain(), Topics.SPEC, Integer.parseInt(number));
  }

  /// The version, where it is not the one that the translation makes.
  public OptionalInt version() {
    return name.equals(translated)
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(name.substring(translated.length() + 2)));
  }

  /// The topic of this name, if a domain has such a one, whether it is there or not.
  ///
  /// @param domains topics of the domains that are looked at
  public static Optional<ContractTopic> of(Collection<Topics> domains, String name) {
    for (Topics domain : domains) {
      var form =
          Pattern.compile("(" + Pattern.quote(domain.contract()) + "(\\.[1-9]\\d*)?)(\\.v\\d+)?");
      var matcher = form.matcher(name);
      if (matcher.matches()) {
        return Optional.of(new ContractTopic(domain, name, matcher.group(1)));
      }
    }
    return Optional.empty();
  }
}

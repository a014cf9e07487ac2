package io.berth.load;

import java.util.List;
import java.util.stream.Stream;

/** What may be said on the command line. */
final class Options {

  private Options() {}

  /** {@code -Doptions="…"}: options for the service's virtual machine, apart by spaces. */
  static List<String> ofService() {
    return Stream.of(System.getProperty("options", "").split(" "))
        .filter(option -> !option.isEmpty())
        .toList();
  }
}

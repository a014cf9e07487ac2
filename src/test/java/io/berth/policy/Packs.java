package io.berth.policy;

/** Texts of small packs. */
final class Packs {

  private static final String HEAD =
      """
      id: test-pack
      version: "1"
      title: A pack for a test
      groups:
        Later:
          - from: 2999-01-01
            source: A guess
            confidence: none
            members: [US]
        Moving:
          - from: 2020-01-01
            until: 2026-03-01
            source: A guess
            confidence: none
            members: [US]
          - from: 2026-03-01
            source: A guess
            confidence: none
            members: [FI]
      definitions:
        unsure: node.country == country.US
      rules:
      """;

  private Packs() {}

  static String of(String... rules) {
    return HEAD + String.join("", rules);
  }

  static String rule(String id, String condition, Verdict verdict) {
    return """
      - id: %s
        title: Title of %s
        authority: platform
        citation: A test
        condition: "%s"
        verdict: %s
        code: tested
        message: The rule holds.
        wouldChange: Another test
    """
        .formatted(id, id, condition, verdict);
  }

  static String windowed(String id, String from, String until, Verdict verdict) {
    return rule(id, "true", verdict)
        + "    windows: [{from: "
        + from
        + ", until: "
        + until
        + "}]\n";
  }
}

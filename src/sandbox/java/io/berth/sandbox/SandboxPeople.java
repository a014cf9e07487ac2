package io.berth.sandbox;

import java.util.List;
import java.util.Set;

/** Who uses the sandbox: organizations with their facts, and one user or more of each. */
final class SandboxPeople {

  private SandboxPeople() {}

  /**
   * An organization.
   *
   * @param name its name, by which it is found again at the next start
   * @param facts its legal facts, as the API takes them; empty for none
   * @param verified whether a compliance officer stands behind them
   * @param depositUsdMicros what is paid in at the first start
   * @param users its users
   */
  record Party(
      String name, String facts, boolean verified, long depositUsdMicros, List<User> users) {}

  /** A user and the roles in its token. */
  record User(String name, Set<String> roles) {}

  /** Runs the marketplace; entered first. */
  static Party operator() {
    return new Party(
        "Berth Operations",
        facts("NL", "NL", "NL", ""),
        false,
        0,
        List.of(
            new User("operator", Set.of("operator")),
            new User("compliance", Set.of("compliance")),
            // Where four eyes are asked, the other two.
            new User("compliance-2", Set.of("compliance"))));
  }

  /** Owns a simulated cluster of that name. */
  static Party provider(String cluster) {
    return switch (cluster) {
      case "nordic" ->
          new Party(
              "Nordic Compute Oy",
              facts("FI", "FI", "FI", ""),
              true,
              0,
              List.of(new User("provider", Set.of("provider"))));
      case "straits" ->
          new Party(
              "Straits GPU Pte Ltd",
              facts("SG", "SG", "SG", ""),
              true,
              0,
              List.of(new User("provider-sg", Set.of("provider"))));
      case "huabei" ->
          new Party(
              "Huabei Cloud Co Ltd",
              facts("CN", "CN", "CN", ""),
              true,
              0,
              List.of(new User("provider-cn", Set.of("provider"))));
      default -> throw new IllegalArgumentException("no provider owns cluster " + cluster);
    };
  }

  /** Those who lease. */
  static List<Party> tenants() {
    long hundredThousand = 100_000_000_000L;
    return List.of(
        new Party(
            "Rhein Robotics GmbH",
            facts("DE", "DE", "DE", ""),
            true,
            hundredThousand,
            List.of(new User("tenant", Set.of("tenant")))),
        new Party(
            "Meridian AI Pte Ltd",
            facts("SG", "CN", "SG", ""),
            true,
            hundredThousand,
            List.of(new User("tenant-sg", Set.of("tenant")))),
        new Party(
            "Lotus Labs Co Ltd",
            facts("CN", "CN", "CN", ""),
            true,
            hundredThousand,
            List.of(new User("tenant-cn", Set.of("tenant")))),
        new Party(
            "Atelier Seine SAS",
            facts("FR", "FR", "FR", "\"ownRules\": [\"eu-owned-only\"],"),
            true,
            hundredThousand,
            List.of(new User("tenant-fr", Set.of("tenant")))),
        new Party(
            "Harbour Analytics Ltd",
            """
            {"residenceCountry": "HK", "endUseCountry": "HK", "owners": [], "ownersComplete": true,
             "profile": {"mode": "remote", "workload": "inference", "dataResidency": "none", "usNexus": false}}
            """,
            true,
            hundredThousand,
            List.of(new User("tenant-hk", Set.of("tenant")))));
  }

  private static String facts(String residence, String parent, String endUse, String more) {
    return """
    {"residenceCountry": "%s", "ultimateParentCountry": "%s", "endUseCountry": "%s", %s
     "owners": [], "ownersComplete": true,
     "profile": {"mode": "remote", "workload": "training", "dataResidency": "none", "usNexus": false}}
    """
        .formatted(residence, parent, endUse, more);
  }
}
